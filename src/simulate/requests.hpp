// The requests of a run, known in advance: generated from a workload, or recorded by a journal.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "schedule/types.hpp"
#include "simulate/workload.hpp"

namespace sluice::simulate {

/// One request with everything that will be true about it, whatever the policy.
struct TracedRequest {
  schedule::TaskId task = 0;
  base::Time arrival{};
  /// Unset: the task's.
  std::optional<base::Time> deadline;
  std::optional<std::int32_t> priority;
  /// Its true service time as a multiple of its model's mean. Positive. See factor_of().
  double factor = 1;
  /// By what its hint differs from the truth (Estimates::hinted only).
  double hint_factor = 1;
  /// The caller withdraws it at this time if it has not started.
  base::Time cancel_at = base::kNever;
  /// The batch it is in fails.
  bool fails = false;
};

/// Draws the requests of a workload, sorted by arrival (ties: order of tasks). Request k of a
/// task depends only on the seed, the task's index and k, so that all policies, and workloads
/// that differ in other tasks, see the same requests. Arrivals and factors are drawn from
/// independent streams.
/// Errors: invalid arrivals or services (naming the task or model), arrivals that never end.
base::Result<std::vector<TracedRequest>> generate(const Workload& workload, std::uint64_t seed);

/// The factor of a request that takes `alone` in a batch of its own at `t`.
[[nodiscard]] double factor_of(const ServiceOptions& service, base::Duration alone,
                               base::Duration t);

/// When the request must be done: its deadline or its task's; kNever without a budget.
[[nodiscard]] inline base::Time deadline_of(const TracedRequest& request,
                                            const schedule::TaskOptions& task) {
  return request.deadline ? *request.deadline : base::add(request.arrival, task.latency_budget);
}

}  // namespace sluice::simulate
