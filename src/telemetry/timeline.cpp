#include "telemetry/timeline.hpp"

#include <algorithm>

namespace sluice::telemetry {

using schedule::Event;
using schedule::EventKind;
using schedule::Outcome;

namespace {

TimelineBin empty_bin(std::size_t tasks) {
  TimelineBin bin;
  bin.tasks.resize(tasks);
  return bin;
}

}  // namespace

void TaskBin::merge(const TaskBin& other) {
  depth_max = std::max(depth_max, other.depth_max);
  depth_ns += other.depth_ns;
  arrived += other.arrived;
  on_time += other.on_time;
  late += other.late;
  failed += other.failed;
  dropped += other.dropped;
}

void TimelineBin::merge(const TimelineBin& other) {
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    tasks[i].merge(other.tasks[i]);
  }
  for (std::size_t i = 0; i < dropped.size(); ++i) {
    dropped[i] += other.dropped[i];
  }
  busy_ns += other.busy_ns;
}

Timeline::Timeline(const schedule::SchedulerOptions& options, base::Time started)
    : started_(started),
      bins_(empty_bin(options.tasks.size())),
      waiting_(options.tasks.size()),
      running_(options.slots) {}

void Timeline::settle_depth(schedule::TaskId task, base::Duration now) {
  Waiting& waiting = waiting_[task];
  if (waiting.depth > 0) {
    bins_.for_span(waiting.since, now, [&](TimelineBin& bin, base::Duration length) {
      TaskBin& part = bin.tasks[task];
      part.depth_ns += static_cast<double>(length.count()) * waiting.depth;
      part.depth_max = std::max(part.depth_max, waiting.depth);
    });
  }
  waiting.since = now;
}

void Timeline::change_depth(schedule::TaskId task, int change, base::Duration now) {
  settle_depth(task, now);
  Waiting& waiting = waiting_[task];
  if (change > 0) {
    ++waiting.depth;
  } else if (waiting.depth > 0) {  // a journal whose beginning is gone has ends without arrivals
    --waiting.depth;
  }
}

void Timeline::settle_slot(Running& slot, base::Duration now) {
  if (slot.batch != 0) {
    bins_.for_span(slot.since, now, [](TimelineBin& bin, base::Duration length) {
      bin.busy_ns += static_cast<double>(length.count());
    });
  }
  slot.since = now;
}

void Timeline::on_event(const Event& event) {
  const base::Duration now = event.time - started_;
  last_ = std::max(last_, now);
  if (event.kind == EventKind::batch_started || event.kind == EventKind::batch_finished) {
    if (event.slot < running_.size()) {
      Running& slot = running_[event.slot];
      settle_slot(slot, now);
      slot.batch = event.kind == EventKind::batch_started ? event.batch : 0;
    }
    return;
  }
  if (event.task >= waiting_.size()) {
    return;
  }
  TimelineBin& bin = bins_.at(now);
  TaskBin& part = bin.tasks[event.task];
  switch (event.kind) {
    case EventKind::arrived:
      ++part.arrived;
      change_depth(event.task, +1, now);
      break;
    case EventKind::started:
      change_depth(event.task, -1, now);
      break;
    case EventKind::dropped:
      ++part.dropped;
      ++bin.dropped[static_cast<std::size_t>(event.reason)];
      change_depth(event.task, -1, now);
      break;
    case EventKind::finished:
      ++(event.outcome == Outcome::on_time ? part.on_time
         : event.outcome == Outcome::late  ? part.late
                                           : part.failed);
      break;
    default:
      break;
  }
}

std::vector<TimelineBin> Timeline::bins() const {
  Timeline settled = *this;
  for (schedule::TaskId task = 0; task < waiting_.size(); ++task) {
    settled.settle_depth(task, last_);
  }
  for (Running& slot : settled.running_) {
    settled.settle_slot(slot, last_);
  }
  return settled.bins_.used();
}

}  // namespace sluice::telemetry
