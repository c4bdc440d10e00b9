// The event-driven simulator: a workload, a scheduler and a virtual clock.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.hpp"
#include "schedule/scheduler.hpp"
#include "schedule/summary.hpp"
#include "simulate/drive.hpp"
#include "simulate/requests.hpp"
#include "simulate/workload.hpp"

namespace sluice::simulate {

struct SimulationResult {
  schedule::Summary summary;
  schedule::Accounting accounting;
  /// When the last thing happened.
  base::Time end{};
  /// Calls of Scheduler::next().
  std::uint64_t decisions = 0;
};

/// `options` with what the simulator adds to it: the period of tasks whose arrivals are
/// periodic, where the task does not set one.
[[nodiscard]] schedule::SchedulerOptions effective_options(
    const Workload& workload, const schedule::SchedulerOptions& options);

/// Runs a workload under `options` (its own, with another policy or shedder perhaps; models
/// and tasks must match) until every request has ended. Requests come from workload.seed.
/// `extra` gets every event.
/// Errors: those of generate() and Scheduler::create(); a scheduler that does not move on.
base::Result<SimulationResult> simulate(const Workload& workload,
                                        const schedule::SchedulerOptions& options,
                                        schedule::EventSink* extra = nullptr);

/// The same for given requests: recorded ones, or generated ones with changes. They must be
/// sorted by arrival; request i of the list gets RequestId i + 1. Of the workload only the
/// services, estimates and, for announcements, periodic arrivals are used.
base::Result<SimulationResult> simulate(const Workload& workload,
                                        const schedule::SchedulerOptions& options,
                                        std::span<const TracedRequest> requests,
                                        schedule::EventSink* extra = nullptr);

}  // namespace sluice::simulate
