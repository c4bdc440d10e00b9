// A policy chooses what a free slot does next. Internal to schedule/.
#pragma once

#include <memory>

#include "schedule/state.hpp"

namespace sluice::schedule {

/// What a policy wants. `batch` empty: stay idle until `until` (kNever: until something new).
struct Pick {
  std::vector<Request*> batch;
  Time until = base::kNever;
  TaskId waits_for = kNone;  ///< the announced task a wait protects

  void clear() {
    batch.clear();
    until = base::kNever;
    waits_for = kNone;
  }
};

class Policy {
 public:
  virtual ~Policy() = default;
  /// Where a request stands in Queues::order().
  [[nodiscard]] virtual OrderKey key(const Request& r) const = 0;
  /// Fills `pick` for a free slot. Members must satisfy State::can_start and share a model.
  virtual void pick(const State& state, Queues& queues, SlotId slot, Pick& pick) = 0;
};

class Planner;

/// The policy of `options.policy`. `slack` reads the plan that the scheduler made just before
/// each pick; `planner` must outlive it.
std::unique_ptr<Policy> make_policy(const SchedulerOptions& options, const Planner& planner);

/// Any policy except `slack`.
std::unique_ptr<Policy> make_baseline_policy(const SchedulerOptions& options);

}  // namespace sluice::schedule
