#include "cli/compare_text.hpp"

#include "cli/tables.hpp"
#include "telemetry/text_table.hpp"

namespace sluice::cli {

std::string policies_text(const simulate::Comparison& comparison, bool terminal) {
  telemetry::TextTable table({"policy", "on time", "goodput/s", "% of bound", "wasted", "busy"});
  for (const auto& outcome : comparison.policies) {
    table.add({outcome.policy, fmt::format("{}", outcome.total.on_time),
               fmt::format("{:.2f}", outcome.goodput), share_cell(outcome.of_bound),
               share_cell(outcome.wasted_share), share_cell(outcome.busy_share)});
  }
  table.add({"(bound)", "", fmt::format("{:.2f}", comparison.bound), "100.0%", "", ""});
  return table.text(terminal);
}

std::string comparison_text(const simulate::Comparison& comparison, bool terminal) {
  telemetry::TextTable tasks({"policy", "task", "offered", "on time", "late", "p50 ms", "p95 ms",
                              "p99 ms", "max ms", "dropped"},
                             2);
  for (const auto& outcome : comparison.policies) {
    for (const auto& task : outcome.tasks) {
      const bool ran = task.on_time + task.late > 0;
      tasks.add({outcome.policy, task.name, fmt::format("{}", task.offered),
                 fmt::format("{}", task.on_time), fmt::format("{}", task.late),
                 ms_cell(task.latency.p50, ran), ms_cell(task.latency.p95, ran),
                 ms_cell(task.latency.p99, ran), ms_cell(task.latency.max, ran), drops_cell(task)});
    }
  }
  return fmt::format("{}: {} requests, {} slot{}, {} seed{}; bound: {}\n\n{}\n{}",
                     comparison.workload, comparison.requests, comparison.slots,
                     comparison.slots == 1 ? "" : "s", comparison.seeds,
                     comparison.seeds == 1 ? "" : "s", simulate::to_string(comparison.bound_kind),
                     tasks.text(terminal), policies_text(comparison, terminal));
}

}  // namespace sluice::cli
