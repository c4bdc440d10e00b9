// The default policy: earliest deadline first among the requests that the planner found
// feasible together, batches that make nobody late, and no start that would make a more
// important announced request late. See docs/scheduling.md.
#include "schedule/lookahead.hpp"
#include "schedule/policy.hpp"

namespace sluice::schedule {
namespace {

class Slack final : public Policy {
 public:
  explicit Slack(const Planner& planner) : planner_(planner) {}

  [[nodiscard]] OrderKey key(const Request& r) const override {
    return {-std::int64_t{r.priority}, r.deadline.time_since_epoch().count()};
  }

  void pick(const State& state, Queues& /*queues*/, SlotId slot, Pick& pick) override {
    // Under strict protection importance goes before urgency.
    std::int32_t level = INT32_MAX;
    do {
      level = state.options.protection == Protection::strict ? level_below(level) : INT32_MIN;
      const Job* refused = nullptr;
      for (const Job& head : planner_.jobs()) {
        if (head.fate != Job::Fate::accepted || head.priority < level ||
            !state.can_start(head.request->model, slot)) {
          continue;
        }
        // What takes as long as a refused request and is no more important is refused too.
        if (refused != nullptr && head.alone >= refused->alone &&
            head.priority <= refused->priority) {
          continue;
        }
        const Job& first = scarce_first(state, slot, head);
        grow(state, slot, first, pick.batch);
        if (settle(state, slot, pick)) {
          return;
        }
        refused = &head;
      }
    } while (level != INT32_MIN);
  }

 private:
  /// The highest priority below `level` in the plan; INT32_MIN: none.
  [[nodiscard]] std::int32_t level_below(std::int32_t level) const {
    std::int32_t next = INT32_MIN;
    for (const Job& job : planner_.jobs()) {
      if (job.priority < level) {
        next = std::max(next, job.priority);
      }
    }
    return next;
  }

  /// A model with fewer instances than slots may be the bottleneck: while its instance is idle,
  /// a more important request of it goes before `head`.
  [[nodiscard]] const Job& scarce_first(const State& state, SlotId slot, const Job& head) const {
    if (state.slots.size() == 1) {
      return head;
    }
    for (const Job& job : planner_.jobs()) {
      const ModelId model = job.request->model;
      if (job.fate == Job::Fate::accepted && job.priority > head.priority &&
          state.options.models[model].instances <
              static_cast<std::uint32_t>(std::popcount(job.slots)) &&
          state.can_start(model, slot)) {
        return job;
      }
    }
    return head;
  }

  /// Fills `batch` from `head` on: accepted requests of the model first, then whoever else
  /// would be on time in it. Of all sizes it keeps the one worth most.
  void grow(const State& state, SlotId slot, const Job& head, std::vector<Request*>& batch) {
    const ModelId model = head.request->model;
    const std::uint32_t most = state.options.models[model].max_batch;
    batch.assign(1, head.request);
    members_.assign(1, &head);
    if (most == 1) {
      return;
    }
    Time earliest = head.deadline;
    for (const auto fate : {Job::Fate::accepted, Job::Fate::excluded}) {
      for (const Job& job : planner_.jobs()) {
        if (batch.size() == most) {
          break;
        }
        if (job.fate != fate || job.request->model != model || &job == &head) {
          continue;
        }
        batch.push_back(job.request);
        members_.push_back(&job);
        earliest = std::min(earliest, job.deadline);
        if (state.now + state.batch_time(batch) > earliest) {
          batch.pop_back();
          members_.pop_back();
          earliest = (*std::min_element(members_.begin(), members_.end(), by_deadline))->deadline;
        }
      }
    }
    std::size_t best = 1;
    Worth most_worth = worth(state, slot, batch, 1);
    for (std::size_t n = 2; n <= batch.size(); ++n) {
      const Worth here = worth(state, slot, batch, n);
      if (here >= most_worth) {
        best = n;
        most_worth = here;
      }
    }
    batch.resize(best);
  }

  static bool by_deadline(const Job* a, const Job* b) { return a->deadline < b->deadline; }

  /// What a batch of the first `n` members is worth: minus the weight of more important
  /// accepted requests that it makes late, then the weight on time with it.
  using Worth = std::pair<double, double>;
  [[nodiscard]] Worth worth(const State& state, SlotId slot, const std::vector<Request*>& batch,
                            std::size_t n) const {
    const auto first = members_.begin();
    const auto last = first + static_cast<std::ptrdiff_t>(n);
    Time end = state.now + state.batch_time(std::span(batch.data(), n));
    std::int32_t priority = (*first)->priority;
    Worth sum{0, 0};
    for (auto it = first; it != last; ++it) {
      priority = std::min(priority, (*it)->priority);
      sum.second += (*it)->request->weight;
    }
    for (const Job& job : planner_.jobs()) {
      if (job.fate != Job::Fate::accepted || job.slot != slot ||
          std::find(first, last, &job) != last) {
        continue;
      }
      if (end + job.alone <= job.deadline) {
        end += job.work;
      } else if (job.priority > priority) {
        sum.first -= job.request->weight;
      } else {
        sum.second -= job.request->weight;
      }
    }
    return sum;
  }

  /// Halves the batch until it blocks nobody more important. False: not even one may start.
  bool settle(const State& state, SlotId slot, Pick& pick) {
    while (!pick.batch.empty()) {
      std::int32_t priority = pick.batch.front()->priority;
      for (const Request* r : pick.batch) {
        priority = std::max(priority, r->priority);
      }
      const Lookahead::Verdict verdict = lookahead_.judge(
          state, planner_, slot, state.batch_time(pick.batch), priority, pick.batch);
      if (verdict.allowed) {
        return true;
      }
      if (verdict.until < pick.until) {
        pick.until = verdict.until;
        pick.waits_for = verdict.task;
      }
      pick.batch.resize(pick.batch.size() / 2);
    }
    return false;
  }

  const Planner& planner_;
  Lookahead lookahead_;
  std::vector<const Job*> members_;
};

}  // namespace

std::unique_ptr<Policy> make_policy(const SchedulerOptions& options, const Planner& planner) {
  if (options.policy == PolicyKind::slack) {
    return std::make_unique<Slack>(planner);
  }
  return make_baseline_policy(options);
}

}  // namespace sluice::schedule
