// The page of `sluice compare --html`.
#include "telemetry/compare_html.hpp"

#include <algorithm>
#include <numeric>

#include "telemetry/charts.hpp"
#include "telemetry/page.hpp"
#include "telemetry/sentences.hpp"
#include "telemetry/svg.hpp"

namespace sluice::telemetry {

using schedule::TaskSummary;
using simulate::Comparison;
using simulate::PolicyOutcome;

namespace {

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// Indices of the tasks by falling priority.
std::vector<std::size_t> by_priority(const Comparison& comparison) {
  const auto& tasks = comparison.policies.front().tasks;
  std::vector<std::size_t> order(tasks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return tasks[a].priority > tasks[b].priority;
  });
  return order;
}

std::string bound_name(const Comparison& comparison) {
  return comparison.bound_kind == simulate::BoundKind::clairvoyant
             ? "the optimum of a scheduler that knows the future"
             : "an upper bound from a linear program, which may be above what is possible";
}

const PolicyOutcome& best(const Comparison& comparison) {
  return *std::max_element(comparison.policies.begin(), comparison.policies.end(),
                           [](const auto& a, const auto& b) { return a.of_bound < b.of_bound; });
}

std::string lead(const Comparison& comparison) {
  const std::size_t first = by_priority(comparison).front();
  const PolicyOutcome& top = best(comparison);
  const TaskSummary& task = top.tasks[first];
  std::string text =
      fmt::format("{} reaches {} of the bound", top.policy, percent_text(top.of_bound));
  if (top.tasks.size() > 1) {
    text += fmt::format(" and keeps {} of {} deadlines of {}, the most important task",
                        count_text(task.on_time), count_text(task.offered), task.name);
  }
  return text + ".";
}

std::string bound_section(const Comparison& comparison) {
  std::string rows = "<div class=\"outcomes\">";
  for (const PolicyOutcome& outcome : comparison.policies) {
    const double part = std::clamp(outcome.of_bound, 0.0, 1.0);
    rows += fmt::format("<div class=\"name\">{}</div>{}", html_escape(outcome.policy),
                        share_bar({{"reached", "on", part}, {"not reached", "rest", 1 - part}},
                                  fmt::format("{}: {} of the bound", outcome.policy,
                                              percent_text(outcome.of_bound))));
  }
  return section("Share of the bound",
                 fmt::format("On-time requests, by weight, as a share of {}. The full width is the "
                             "bound: {:.1f} per second.",
                             bound_name(comparison), comparison.bound),
                 rows + "</div>");
}

std::string tasks_section(const Comparison& comparison) {
  std::string content;
  for (const std::size_t index : by_priority(comparison)) {
    const TaskSummary& first = comparison.policies.front().tasks[index];
    content += fmt::format(
        "<h3>{} <span class=\"muted\">priority {}</span></h3>"
        "<div class=\"outcomes\">",
        html_escape(first.name), first.priority);
    for (const PolicyOutcome& outcome : comparison.policies) {
      const TaskSummary& task = outcome.tasks[index];
      content +=
          fmt::format("<div class=\"name\">{}</div>{}", html_escape(outcome.policy),
                      share_bar({{"on time", "on", static_cast<double>(task.on_time)},
                                 {"late", "late", static_cast<double>(task.late)},
                                 {"failed", "failed", static_cast<double>(task.failed)},
                                 {"dropped", "dropped", static_cast<double>(task.dropped_total())}},
                                fmt::format("{}, {}: {} of {} on time, {} late, {} dropped",
                                            outcome.policy, task.name, task.on_time, task.offered,
                                            task.late, task.dropped_total())));
    }
    content += "</div>";
  }
  return section(
      "Outcomes of each task", "All policies saw the same requests.",
      content +
          legend(
              {{"on time", "on"}, {"late", "late"}, {"failed", "failed"}, {"dropped", "dropped"}}));
}

std::string latency_section(const Comparison& comparison) {
  std::string content;
  for (const std::size_t index : by_priority(comparison)) {
    RangeChart chart;
    chart.title = comparison.policies.front().tasks[index].name;
    for (const PolicyOutcome& outcome : comparison.policies) {
      const schedule::Percentiles& p = outcome.tasks[index].latency;
      chart.rows.push_back({outcome.policy, p.p50, p.p95, p.p99, p.max});
    }
    content +=
        fmt::format("<div><h3>{}</h3>{}</div>", html_escape(chart.title), range_chart(chart));
  }
  return section("Latency",
                 "Arrival to result of the requests that ran, on a logarithmic axis: the bar goes "
                 "from the median to the 99th percentile, the dot marks the 95th, the tick the "
                 "longest. Dropped requests have no latency: read it with the outcomes.",
                 "<div class=\"grid\">" + content + "</div>");
}

std::string policies_table(const Comparison& comparison) {
  HtmlTable table(
      {"policy", "on time", "of bound", "goodput", "slots busy", "wasted", "makespan", "batches"});
  for (const PolicyOutcome& outcome : comparison.policies) {
    table.add({outcome.policy, count_text(outcome.total.on_time), percent_text(outcome.of_bound),
               fmt::format("{:.1f}", outcome.goodput), percent_text(outcome.busy_share),
               percent_text(outcome.wasted_share), duration_text(outcome.makespan),
               count_text(outcome.batches)},
              &outcome == &best(comparison));
  }
  table.add({"bound", fmt::format("{:.6g}", comparison.weighted_bound), "100 %",
             fmt::format("{:.1f}", comparison.bound), "", "", "", ""});
  return section("Policies", "Wasted: slot time spent on requests that ended late or failed.",
                 table.html(""));
}

std::string tasks_table(const Comparison& comparison) {
  HtmlTable table({"task", "policy", "offered", "on time", "share", "late", "dropped", "p50 ms",
                   "p95 ms", "p99 ms", "max ms"},
                  2);
  for (const std::size_t index : by_priority(comparison)) {
    for (const PolicyOutcome& outcome : comparison.policies) {
      const TaskSummary& task = outcome.tasks[index];
      table.add({task.name, outcome.policy, count_text(task.offered), count_text(task.on_time),
                 percent_text(share(task.on_time, task.offered)), count_text(task.late),
                 count_text(task.dropped_total()), ms_text(task.latency.p50),
                 ms_text(task.latency.p95), ms_text(task.latency.p99), ms_text(task.latency.max)});
    }
  }
  return section("All numbers", "", table.html(""));
}

}  // namespace

std::string to_html(const Comparison& comparison) {
  const std::string title = comparison.workload + ": Sluice comparison";
  if (comparison.policies.empty() || comparison.policies.front().tasks.empty()) {
    return page(title, "<header><h1>Nothing to compare</h1></header>");
  }
  const std::string head = fmt::format(
      "<header><div class=\"brand\">Sluice comparison</div><h1>{}</h1><p class=\"lead\">{}</p>"
      "<p>{} requests over {}, {} slot{}, {} seed{}; simulated.</p></header>\n",
      html_escape(comparison.workload), html_escape(lead(comparison)),
      count_text(comparison.requests), duration_text(comparison.window), comparison.slots,
      comparison.slots == 1 ? "" : "s", comparison.seeds, comparison.seeds == 1 ? "" : "s");
  return page(title, head + "<main>\n" + bound_section(comparison) + tasks_section(comparison) +
                         latency_section(comparison) + policies_table(comparison) +
                         tasks_table(comparison) + "</main>\n<footer></footer>");
}

}  // namespace sluice::telemetry
