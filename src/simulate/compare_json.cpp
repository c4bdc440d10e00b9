#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "simulate/compare.hpp"

namespace sluice::simulate {
namespace {

namespace json = boost::json;

json::object to_json(const schedule::Percentiles& percentiles) {
  return {{"p50", base::to_ms(percentiles.p50)},
          {"p95", base::to_ms(percentiles.p95)},
          {"p99", base::to_ms(percentiles.p99)},
          {"max", base::to_ms(percentiles.max)},
          {"mean", base::to_ms(percentiles.mean)}};
}

json::object to_json(const schedule::TaskSummary& task) {
  json::object dropped;
  for (std::size_t reason = 0; reason < task.dropped.size(); ++reason) {
    if (task.dropped[reason] > 0) {
      dropped[schedule::to_string(static_cast<schedule::DropReason>(reason))] =
          task.dropped[reason];
    }
  }
  return {{"offered", task.offered},
          {"on_time", task.on_time},
          {"late", task.late},
          {"failed", task.failed},
          {"dropped", std::move(dropped)},
          {"deferrals", task.deferrals},
          {"degraded", task.degraded},
          {"latency_ms", to_json(task.latency)},
          {"queue_wait_ms", to_json(task.queue_wait)},
          {"service_ms", base::to_ms(task.service)},
          {"wasted_ms", base::to_ms(task.wasted)}};
}

json::object to_json(const PolicyOutcome& outcome, const Comparison& comparison) {
  json::object tasks;
  for (const schedule::TaskSummary& task : outcome.tasks) {
    json::object entry = to_json(task);
    entry["priority"] = task.priority;
    entry["weight"] = task.weight;
    tasks[task.name] = std::move(entry);
  }
  return {{"policy", outcome.policy},
          {"tasks", std::move(tasks)},
          {"total", to_json(outcome.total)},
          {"goodput", outcome.goodput},
          {"bound", comparison.bound},
          {"of_bound", outcome.of_bound},
          {"weighted_on_time", outcome.weighted_on_time},
          {"weighted_bound", comparison.weighted_bound},
          {"wasted_share", outcome.wasted_share},
          {"busy_share", outcome.busy_share},
          {"makespan_ms", base::to_ms(outcome.makespan)},
          {"batches", outcome.batches}};
}

}  // namespace

json::object to_json(const Comparison& comparison) {
  json::array policies;
  for (const PolicyOutcome& outcome : comparison.policies) {
    policies.push_back(to_json(outcome, comparison));
  }
  return {{"workload", comparison.workload},
          {"slots", comparison.slots},
          {"seeds", comparison.seeds},
          {"requests", comparison.requests},
          {"window_ms", base::to_ms(comparison.window)},
          {"bound_kind", to_string(comparison.bound_kind)},
          {"bound", comparison.bound},
          {"weighted_bound", comparison.weighted_bound},
          {"policies", std::move(policies)}};
}

}  // namespace sluice::simulate
