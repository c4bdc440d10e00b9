// When the next requests of periodic tasks are expected. Internal to schedule/.
#pragma once

#include <algorithm>
#include <vector>

#include "schedule/options.hpp"

namespace sluice::schedule {

class Announcements {
 public:
  explicit Announcements(const std::vector<TaskOptions>& tasks) {
    for (const TaskOptions& task : tasks) {
      next_.push_back(base::kNever);
      period_.push_back(task.period);
    }
  }

  void announce(TaskId task, Time at) { next_[task] = at; }

  /// A request arrived: the announcement it fulfils moves on by one period.
  void arrived(TaskId task, Time arrival) {
    if (next_[task] != base::kNever && period_[task].count() > 0) {
      // A jittering source keeps its own beat; only a frame from before this beat is ignored.
      if (arrival + period_[task] / 2 >= next_[task]) {
        next_[task] += period_[task];
      }
    }
  }

  /// An announcement is given up when half a period passed without the arrival.
  void advance(Time now) {
    for (std::size_t task = 0; task < next_.size(); ++task) {
      if (now < give_up_at(static_cast<TaskId>(task))) {
        continue;
      }
      const Duration period = period_[task];
      if (period.count() <= 0) {
        next_[task] = base::kNever;
      } else {
        next_[task] += period * ((now - next_[task] - period / 2) / period + 1);
      }
    }
  }

  /// kNever: nothing announced.
  [[nodiscard]] Time next(TaskId task) const { return next_[task]; }

  /// When to look again: at the announced time, or, once that has passed, when it is given up.
  [[nodiscard]] Time look_at(TaskId task, Time now) const {
    return next_[task] > now ? next_[task] : give_up_at(task);
  }

 private:
  [[nodiscard]] Time give_up_at(TaskId task) const {
    return base::add(next_[task], std::max(period_[task] / 2, Duration(1)));
  }

  std::vector<Time> next_;
  std::vector<Duration> period_;
};

}  // namespace sluice::schedule
