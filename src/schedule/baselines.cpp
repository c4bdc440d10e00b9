// The policies that others ship, for comparison and for those who want exactly them.
#include "schedule/policy.hpp"

namespace sluice::schedule {
namespace {

/// Orders shared by the policies: ascending (major, minor, id).
OrderKey by_arrival(const Request&) {
  return {};
}
OrderKey by_priority_arrival(const Request& r) {
  return {-std::int64_t{r.priority}, 0};
}
OrderKey by_deadline(const Request& r) {
  return {r.deadline.time_since_epoch().count(), 0};
}
OrderKey by_priority_deadline(const Request& r) {
  return {-std::int64_t{r.priority}, r.deadline.time_since_epoch().count()};
}

/// Adds requests of the head's model, in queue order, up to `most` and up to id `last`.
template <class Range, class Iterator>
void fill(Range& range, Iterator head, std::uint32_t most, RequestId last, Pick& pick) {
  const ModelId model = head->model;
  for (auto it = head; it != range.end() && pick.batch.size() < most; ++it) {
    if (it->model == model && it->id <= last) {
      pick.batch.push_back(&*it);
    }
  }
}

/// Work-conserving: the first request in the order that can start, with a full batch.
class OrderedPolicy : public Policy {
 public:
  using Key = OrderKey (*)(const Request&);
  explicit OrderedPolicy(Key order) : key_(order) {}
  [[nodiscard]] OrderKey key(const Request& r) const override { return key_(r); }
  void pick(const State& state, Queues& queues, SlotId slot, Pick& pick) override {
    for (auto it = queues.order().begin(); it != queues.order().end(); ++it) {
      if (state.can_start(it->model, slot)) {
        fill(queues.order(), it, state.options.models[it->model].max_batch, state.last_id, pick);
        return;
      }
    }
  }

 private:
  Key key_;
};

/// Tasks in turn; each turn one batch in arrival order.
class RoundRobin final : public Policy {
 public:
  [[nodiscard]] OrderKey key(const Request& r) const override { return by_arrival(r); }
  void pick(const State& state, Queues& queues, SlotId slot, Pick& pick) override {
    const auto tasks = static_cast<TaskId>(state.options.tasks.size());
    for (TaskId step = 1; step <= tasks; ++step) {
      const TaskId task = (last_ + step) % tasks;
      FifoList& list = queues.task(task);
      if (!list.empty() && state.can_start(list.front().model, slot)) {
        last_ = task;
        fill(list, list.begin(), state.options.models[list.front().model].max_batch, state.last_id,
             pick);
        return;
      }
    }
  }

 private:
  TaskId last_ = kNone;  // kNone + 1 wraps to task 0
};

/// Waits for a batch to fill, at most `batch_delay` after its oldest request came. With
/// priority levels in the key this is the dynamic batcher of mainstream servers.
class DelayedBatch final : public OrderedPolicy {
 public:
  DelayedBatch(Key order, std::uint32_t wanted) : OrderedPolicy(order), wanted_(wanted) {}
  void pick(const State& state, Queues& queues, SlotId slot, Pick& pick) override {
    for (auto it = queues.order().begin(); it != queues.order().end(); ++it) {
      if (!state.can_start(it->model, slot)) {
        continue;
      }
      const std::uint32_t most = state.options.models[it->model].max_batch;
      const std::uint32_t wanted = wanted_ == 0 ? most : std::min(wanted_, most);
      const Time flush = base::add(it->arrival, state.options.batch_delay);
      if (queues.of_model(it->model) >= wanted || state.now >= flush) {
        fill(queues.order(), it, wanted, state.last_id, pick);
        pick.until = base::kNever;
        return;
      }
      pick.until = std::min(pick.until, flush);
    }
  }

 private:
  std::uint32_t wanted_;
};

/// Everything queued at a tick is dispatched after it; what comes later waits for the next.
class Interval final : public Policy {
 public:
  [[nodiscard]] OrderKey key(const Request& r) const override { return by_arrival(r); }
  void pick(const State& state, Queues& queues, SlotId slot, Pick& pick) override {
    const Duration interval = state.options.interval;
    if (state.now >= next_tick_) {
      const auto ticks = state.now.time_since_epoch().count() / interval.count();
      next_tick_ = Time(interval * (ticks + 1));
      last_ = state.last_id;
    }
    for (auto it = queues.order().begin(); it != queues.order().end() && it->id <= last_; ++it) {
      if (state.can_start(it->model, slot)) {
        fill(queues.order(), it, state.options.models[it->model].max_batch, last_, pick);
        return;
      }
    }
    if (queues.size() > 0) {
      pick.until = next_tick_;
    }
  }

 private:
  Time next_tick_{};
  RequestId last_ = 0;
};

}  // namespace

std::unique_ptr<Policy> make_baseline_policy(const SchedulerOptions& options) {
  switch (options.policy) {
    case PolicyKind::fifo:
      return std::make_unique<OrderedPolicy>(by_arrival);
    case PolicyKind::priority:
      return std::make_unique<OrderedPolicy>(by_priority_deadline);
    case PolicyKind::edf:
      return std::make_unique<OrderedPolicy>(by_deadline);
    case PolicyKind::round_robin:
      return std::make_unique<RoundRobin>();
    case PolicyKind::fixed_batch:
      return std::make_unique<DelayedBatch>(by_arrival, options.batch);
    case PolicyKind::interval:
      return std::make_unique<Interval>();
    case PolicyKind::levels:
      return std::make_unique<DelayedBatch>(by_priority_arrival, 0);
    case PolicyKind::slack:
      break;
  }
  return nullptr;
}

}  // namespace sluice::schedule
