// Keeps account of what tasks with a min_share are owed. Internal to schedule/.
#pragma once

#include "schedule/state.hpp"

namespace sluice::schedule {

/// A task with a minimum share earns `share` of all slot time spent while it has work queued,
/// and pays for the slot time its own requests take. When it has earned the time of its next
/// request it goes first. So over any stretch in which it always has work, it gets at least
/// its share less one request and one batch.
class FairShare {
 public:
  explicit FairShare(const std::vector<TaskOptions>& tasks) : credit_(tasks.size(), 0.0) {}

  /// A batch took `spent`.
  void charge(const State& state, const Slot& slot, Duration spent) {
    const auto time = static_cast<double>(spent.count());
    for (TaskId task = 0; task < credit_.size(); ++task) {
      const double share = state.options.tasks[task].min_share;
      if (share <= 0) {
        continue;
      }
      std::size_t own = 0;
      for (const Request* r : slot.members) {
        own += r->queue == task ? 1u : 0u;
      }
      if (own == 0 && state.queues.size(task) == 0) {
        credit_[task] = 0;
        continue;
      }
      credit_[task] += time * share;
      credit_[task] -= time * static_cast<double>(own) / static_cast<double>(slot.members.size());
    }
  }

  /// The task that must go first on `slot`, or kNone.
  [[nodiscard]] TaskId entitled(const State& state, SlotId slot) const {
    TaskId best = kNone;
    double most = 0;
    for (TaskId task = 0; task < credit_.size(); ++task) {
      const TaskOptions& options = state.options.tasks[task];
      if (options.min_share <= 0 || state.queues.size(task) == 0 ||
          !state.can_start(options.model, slot)) {
        continue;
      }
      const auto cost = static_cast<double>(state.batch_time(options.model, 1).count());
      const double surplus = credit_[task] - cost;
      if (surplus >= 0 && (best == kNone || surplus > most)) {
        best = task;
        most = surplus;
      }
    }
    return best;
  }

 private:
  std::vector<double> credit_;  // nanoseconds
};

}  // namespace sluice::schedule
