// When to shed: sensors (backlog, plan) and a controller with hysteresis. What to shed comes
// from the queues or the planner. Internal to schedule/.
#pragma once

#include "schedule/planner.hpp"

namespace sluice::schedule {

/// Overload must last `engage` before shedding starts, and be gone for `release` before it
/// stops. A pure state machine.
class ShedController {
 public:
  ShedController(Duration engage, Duration release) : engage_(engage), release_(release) {}

  enum class Change : std::uint8_t { none, on, off };
  Change feed(bool overloaded, Time now) {
    if (overloaded) {
      last_overload_ = now;
      if (since_ == base::kNever) {
        since_ = now;
      }
      if (!active_ && now - since_ >= engage_) {
        active_ = true;
        return Change::on;
      }
    } else if (since_ != base::kNever && now - last_overload_ >= (active_ ? release_ : engage_)) {
      since_ = base::kNever;
      if (active_) {
        active_ = false;
        return Change::off;
      }
    }
    return Change::none;
  }
  [[nodiscard]] bool active() const { return active_; }

 private:
  Duration engage_;
  Duration release_;
  bool active_ = false;
  Time since_ = base::kNever;
  Time last_overload_{};
};

/// The `backlog` shedder's next victim: the oldest request of the least important task with
/// work, as long as that is not the most important one. Null: nothing to shed.
inline Request* backlog_victim(Queues& queues, const std::vector<TaskOptions>& tasks,
                               TaskId* protects) {
  TaskId lowest = kNone;
  TaskId highest = kNone;
  for (TaskId task = 0; task < tasks.size(); ++task) {
    if (queues.size(task) == 0) {
      continue;
    }
    if (lowest == kNone || tasks[task].priority < tasks[lowest].priority) {
      lowest = task;
    }
    if (highest == kNone || tasks[task].priority > tasks[highest].priority) {
      highest = task;
    }
  }
  *protects = highest;
  return lowest == highest ? nullptr : &queues.task(lowest).front();
}

}  // namespace sluice::schedule
