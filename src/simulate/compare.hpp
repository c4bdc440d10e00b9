// One workload under several policies, beside the bound that none of them can exceed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "base/result.hpp"
#include "schedule/summary.hpp"
#include "simulate/bound.hpp"
#include "simulate/workload.hpp"

namespace sluice::simulate {

/// A policy to compare: a name for the table, and what it changes in the workload's options.
struct NamedPolicy {
  std::string name;
  std::function<void(schedule::SchedulerOptions&)> apply;
};

/// `slack` as the workload configures it, and the baselines without a shedder: `edf`,
/// `priority`, `levels`, `round_robin` and `fifo_expire`, where expired requests leave the
/// queue, and `fifo`, which runs expired requests too, as a plain queue does.
std::vector<NamedPolicy> default_policies();

/// One of default_policies(), or any other PolicyKind, by name. Error: an unknown name, with
/// the known ones.
base::Result<NamedPolicy> policy_named(const std::string& name);

/// What one policy made of the workload, pooled over the seeds.
struct PolicyOutcome {
  std::string policy;
  std::vector<schedule::TaskSummary> tasks;
  schedule::TaskSummary total;
  double weighted_on_time = 0;
  /// Weighted on-time requests per second of Comparison::window.
  double goodput = 0;
  /// weighted_on_time as a share (0..1) of the bound; 1 where the bound is zero.
  double of_bound = 1;
  /// Share (0..1) of the time that slots worked that went into late or failed requests.
  double wasted_share = 0;
  /// Share (0..1) of the slots' time from the first arrival to the policy's last end that they
  /// worked.
  double busy_share = 0;
  base::Duration makespan{0};
  std::uint64_t batches = 0;
};

struct Comparison {
  std::string workload;
  std::uint32_t slots = 1;
  std::uint32_t seeds = 1;
  std::uint64_t requests = 0;
  /// From the first arrival to the last deadline (or arrival, where there is none), summed
  /// over seeds: the same for all policies, so that goodputs compare.
  base::Duration window{0};
  /// Upper bound on weighted_on_time, summed over seeds, and the same per second of window.
  double weighted_bound = 0;
  double bound = 0;
  BoundKind bound_kind = BoundKind::clairvoyant;
  std::vector<PolicyOutcome> policies;
};

struct CompareOptions {
  /// Seeds workload.seed, workload.seed + 1, ...; results are pooled: counts and times add
  /// up, percentiles are of all requests together. All policies see the same requests.
  std::uint32_t seeds = 1;
};

/// Errors: those of simulate() and upper_bound(), naming the policy.
base::Result<Comparison> compare(const Workload& workload, const std::vector<NamedPolicy>& policies,
                                 const CompareOptions& options = {});

/// {"workload":..., "policies":[{"policy":..., "tasks":{name:{"offered":..., "on_time":...,
/// "late":..., "dropped":{reason:count}, "latency_ms":{"p50","p95","p99","max"}, ...}},
/// "goodput":..., "bound":..., ...}], ...}. Only reasons that occurred are listed. Times in
/// milliseconds, `bound` and `goodput` in weighted requests per second.
boost::json::object to_json(const Comparison& comparison);

}  // namespace sluice::simulate
