#include "simulate/compare.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "simulate/simulator.hpp"

namespace sluice::simulate {
namespace {

using base::Duration;
using base::ErrorCode;
using base::Time;
using schedule::PolicyKind;
using schedule::SchedulerOptions;
using schedule::ShedderKind;

NamedPolicy baseline(PolicyKind kind) {
  return {schedule::to_string(kind), [kind](SchedulerOptions& options) {
            options.policy = kind;
            options.shedder = ShedderKind::none;
            options.expire = true;
          }};
}

Duration window_of(const Workload& workload, std::span<const TracedRequest> requests) {
  if (requests.empty()) {
    return Duration(0);
  }
  Time last{};
  for (const TracedRequest& request : requests) {
    const Time deadline = deadline_of(request, workload.scheduler.tasks[request.task]);
    last = std::max(last, deadline == base::kNever ? request.arrival : deadline);
  }
  return last - requests.front().arrival;
}

PolicyOutcome outcome_of(const std::string& name, const schedule::Summary& summary,
                         const Comparison& comparison) {
  PolicyOutcome outcome;
  outcome.policy = name;
  for (schedule::TaskId task = 0; task < summary.tasks(); ++task) {
    outcome.tasks.push_back(summary.task(task));
  }
  outcome.total = summary.total();
  outcome.weighted_on_time = summary.weighted_on_time();
  const double seconds = base::to_seconds(comparison.window);
  outcome.goodput = seconds > 0 ? outcome.weighted_on_time / seconds : 0;
  if (comparison.weighted_bound > 0) {
    outcome.of_bound = outcome.weighted_on_time / comparison.weighted_bound;
  }
  outcome.wasted_share = summary.wasted_share();
  outcome.makespan = summary.makespan();
  const double available = base::to_seconds(outcome.makespan) * comparison.slots;
  outcome.busy_share = available > 0 ? base::to_seconds(summary.busy()) / available : 0;
  outcome.batches = summary.batches();
  return outcome;
}

}  // namespace

std::vector<NamedPolicy> default_policies() {
  std::vector<NamedPolicy> policies;
  policies.push_back(
      {"slack", [](SchedulerOptions& options) { options.policy = PolicyKind::slack; }});
  for (const PolicyKind kind :
       {PolicyKind::edf, PolicyKind::priority, PolicyKind::levels, PolicyKind::round_robin}) {
    policies.push_back(baseline(kind));
  }
  policies.push_back(baseline(PolicyKind::fifo));
  policies.back().name = "fifo_expire";
  policies.push_back({"fifo", [](SchedulerOptions& options) {
                        options.policy = PolicyKind::fifo;
                        options.shedder = ShedderKind::none;
                        options.expire = false;
                      }});
  return policies;
}

base::Result<NamedPolicy> policy_named(const std::string& name) {
  std::vector<std::string> known;
  for (NamedPolicy& policy : default_policies()) {
    if (policy.name == name) {
      return std::move(policy);
    }
    known.push_back(policy.name);
  }
  if (const auto kind = schedule::policy_from(name)) {
    return baseline(*kind);
  }
  for (const PolicyKind kind : {PolicyKind::fixed_batch, PolicyKind::interval}) {
    known.emplace_back(schedule::to_string(kind));
  }
  return base::fail(ErrorCode::invalid, "unknown policy \"{}\"{}", name,
                    base::suggestion(name, "policies", known));
}

base::Result<Comparison> compare(const Workload& workload, const std::vector<NamedPolicy>& policies,
                                 const CompareOptions& options) {
  Comparison comparison;
  comparison.workload = workload.name;
  comparison.slots = workload.scheduler.slots;
  comparison.seeds = std::max(options.seeds, 1u);
  std::vector<schedule::Summary> pools(policies.size(), schedule::Summary(workload.scheduler));
  for (std::uint32_t s = 0; s < comparison.seeds; ++s) {
    const auto requests = generate(workload, workload.seed + s);
    if (!requests) {
      return tl::unexpected(requests.error());
    }
    comparison.requests += requests->size();
    comparison.window += window_of(workload, *requests);
    const auto bound = upper_bound(workload, *requests);
    if (!bound) {
      return tl::unexpected(bound.error());
    }
    comparison.weighted_bound += bound->weighted_on_time;
    comparison.bound_kind = std::max(comparison.bound_kind, bound->kind);
    for (std::size_t p = 0; p < policies.size(); ++p) {
      SchedulerOptions changed = workload.scheduler;
      policies[p].apply(changed);
      const auto result = simulate(workload, changed, *requests);
      if (!result) {
        return tl::unexpected(
            base::with_context(fmt::format("policy {}", policies[p].name), result.error()));
      }
      pools[p].merge(result->summary);
    }
  }
  const double seconds = base::to_seconds(comparison.window);
  comparison.bound = seconds > 0 ? comparison.weighted_bound / seconds : 0;
  for (std::size_t p = 0; p < policies.size(); ++p) {
    comparison.policies.push_back(outcome_of(policies[p].name, pools[p], comparison));
  }
  return comparison;
}

}  // namespace sluice::simulate
