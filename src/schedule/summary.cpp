#include "schedule/summary.hpp"

#include <algorithm>
#include <numeric>

namespace sluice::schedule {

std::uint64_t TaskSummary::dropped_total() const {
  return std::accumulate(dropped.begin(), dropped.end(), std::uint64_t{0});
}

Summary::Summary(const SchedulerOptions& options)
    : tasks_(options.tasks.size()), slots_(options.slots) {
  for (std::size_t i = 0; i < tasks_.size(); ++i) {
    tasks_[i].counts.name = options.tasks[i].name;
    tasks_[i].counts.priority = options.tasks[i].priority;
    tasks_[i].counts.weight = options.tasks[i].weight;
  }
}

void Summary::begin_batch(const Event& event) {
  if (event.slot >= slots_.size() || slots_[event.slot].batch == event.batch) {
    return;
  }
  Slot& slot = slots_[event.slot];
  slot.batch = event.batch;
  slot.start = event.time;
  slot.size = std::max(event.batch_size, 1u);
}

void Summary::end_request(Task& task, const Event& event) {
  last_end_ = std::max(last_end_, event.time);
  double share_ns = 0;
  if (event.slot < slots_.size() && slots_[event.slot].batch == event.batch) {
    const Slot& slot = slots_[event.slot];
    share_ns = static_cast<double>((event.time - slot.start).count()) / slot.size;
  }
  task.service_ns += share_ns;
  if (event.outcome == Outcome::failed) {
    ++task.counts.failed;
  } else {
    task.latency.add(event.time - event.arrival);
    ++(event.outcome == Outcome::on_time ? task.counts.on_time : task.counts.late);
  }
  if (event.outcome != Outcome::on_time) {
    task.wasted_ns += share_ns;
  }
}

void Summary::on_event(const Event& event) {
  if (event.kind == EventKind::batch_started) {
    begin_batch(event);
    return;
  }
  if (event.kind == EventKind::batch_finished) {
    if (event.slot < slots_.size() && slots_[event.slot].batch == event.batch) {
      ++batches_;
      slots_[event.slot].busy += event.time - slots_[event.slot].start;
    }
    return;
  }
  if (event.task >= tasks_.size()) {
    return;
  }
  Task& task = tasks_[event.task];
  switch (event.kind) {
    case EventKind::arrived:
      ++task.counts.offered;
      first_arrival_ = std::min(first_arrival_, event.arrival);
      break;
    case EventKind::started:
      begin_batch(event);
      task.queue_wait.add(event.time - event.arrival);
      break;
    case EventKind::finished:
      end_request(task, event);
      break;
    case EventKind::dropped:
      ++task.counts.dropped[static_cast<std::size_t>(event.reason)];
      last_end_ = std::max(last_end_, event.time);
      break;
    case EventKind::deferred:
      ++task.counts.deferrals;
      break;
    case EventKind::degraded:
      ++task.counts.degraded;
      break;
    default:
      break;
  }
}

void Summary::add(Task& sum, const Task& part) {
  sum.counts.offered += part.counts.offered;
  sum.counts.on_time += part.counts.on_time;
  sum.counts.late += part.counts.late;
  sum.counts.failed += part.counts.failed;
  sum.counts.deferrals += part.counts.deferrals;
  sum.counts.degraded += part.counts.degraded;
  for (std::size_t r = 0; r < kDropReasons; ++r) {
    sum.counts.dropped[r] += part.counts.dropped[r];
  }
  sum.latency.merge(part.latency);
  sum.queue_wait.merge(part.queue_wait);
  sum.service_ns += part.service_ns;
  sum.wasted_ns += part.wasted_ns;
}

void Summary::merge(const Summary& other) {
  merged_makespan_ = makespan() + other.makespan();
  first_arrival_ = base::kNever;
  last_end_ = Time::min();
  batches_ += other.batches_;
  for (std::size_t i = 0; i < std::min(tasks_.size(), other.tasks_.size()); ++i) {
    add(tasks_[i], other.tasks_[i]);
  }
  for (std::size_t s = 0; s < std::min(slots_.size(), other.slots_.size()); ++s) {
    slots_[s].busy += other.slots_[s].busy;
  }
}

TaskSummary Summary::filled(const Task& task) {
  TaskSummary result = task.counts;
  result.latency = task.latency.get();
  result.queue_wait = task.queue_wait.get();
  result.service = Duration(static_cast<std::int64_t>(task.service_ns + 0.5));
  result.wasted = Duration(static_cast<std::int64_t>(task.wasted_ns + 0.5));
  return result;
}

TaskSummary Summary::task(TaskId task) const {
  return filled(tasks_[task]);
}

TaskSummary Summary::total() const {
  Task sum;
  for (const Task& task : tasks_) {
    add(sum, task);
  }
  return filled(sum);
}

double Summary::weighted_on_time() const {
  double sum = 0;
  for (const Task& task : tasks_) {
    sum += task.counts.weight * static_cast<double>(task.counts.on_time);
  }
  return sum;
}

Duration Summary::makespan() const {
  const bool any = first_arrival_ != base::kNever && last_end_ > first_arrival_;
  return merged_makespan_ + (any ? last_end_ - first_arrival_ : Duration(0));
}

double Summary::on_time_per_second() const {
  const double seconds = base::to_seconds(makespan());
  std::uint64_t on_time = 0;
  for (const Task& task : tasks_) {
    on_time += task.counts.on_time;
  }
  return seconds > 0 ? static_cast<double>(on_time) / seconds : 0;
}

double Summary::goodput() const {
  const double seconds = base::to_seconds(makespan());
  return seconds > 0 ? weighted_on_time() / seconds : 0;
}

Duration Summary::busy() const {
  Duration sum{0};
  for (const Slot& slot : slots_) {
    sum += slot.busy;
  }
  return sum;
}

double Summary::wasted_share() const {
  double service = 0;
  double wasted = 0;
  for (const Task& task : tasks_) {
    service += task.service_ns;
    wasted += task.wasted_ns;
  }
  return service > 0 ? wasted / service : 0;
}

}  // namespace sluice::schedule
