#include "telemetry/report_parts.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "telemetry/sentences.hpp"
#include "telemetry/svg.hpp"

namespace sluice::telemetry {

using base::Duration;

namespace {

std::string budget_text(const TaskReport& task) {
  return task.latency_budget == base::kForever ? "none" : duration_text(task.latency_budget);
}

/// Index of the task in the report: bins and names go by it.
std::size_t index_of(const Report& report, const TaskReport* task) {
  return static_cast<std::size_t>(task - report.tasks.data());
}

std::string reason_name(std::size_t reason) {
  return schedule::to_string(static_cast<schedule::DropReason>(reason));
}

std::vector<std::string> outcome_row(const TaskReport& task, const std::string& name) {
  return {name,
          count_text(task.counts.offered),
          count_text(task.counts.on_time),
          percent_text(task.on_time_share()),
          count_text(task.counts.late),
          count_text(task.counts.dropped_total()),
          count_text(task.counts.failed),
          count_text(task.in_flight())};
}

}  // namespace

std::vector<Figure> key_figures(const Report& report) {
  std::vector<Figure> all;
  const auto order = report.by_priority();
  if (order.size() > 1) {
    const TaskReport& first = *order.front();
    all.push_back(
        {first.counts.name + " on time", percent_text(first.on_time_share()),
         fmt::format("p99 {} of {}", duration_text(first.counts.latency.p99), budget_text(first))});
  }
  const schedule::TaskSummary& total = report.total.counts;
  all.push_back({order.size() > 1 ? "All on time" : "On time",
                 percent_text(report.total.on_time_share()),
                 fmt::format("{} of {}", count_text(total.on_time), count_text(total.offered))});
  all.push_back({"On time per second", fmt::format("{:.1f}", report.on_time_per_second),
                 fmt::format("goodput {:.1f}, weighted", report.goodput)});
  all.push_back(
      {"Dropped", count_text(total.dropped_total()),
       fmt::format("{} late, {} failed", count_text(total.late), count_text(total.failed))});
  all.push_back({"Slots busy", percent_text(report.utilisation()),
                 percent_text(report.wasted_share) + " of it wasted"});
  return all;
}

std::vector<Share> outcome_shares(const TaskReport& task) {
  return {{"on time", "on", static_cast<double>(task.counts.on_time)},
          {"late", "late", static_cast<double>(task.counts.late)},
          {"failed", "failed", static_cast<double>(task.counts.failed)},
          {"dropped", "dropped", static_cast<double>(task.counts.dropped_total())},
          {"in flight", "flight", static_cast<double>(task.in_flight())}};
}

std::string outcome_legend() {
  return legend({{"on time", "on"},
                 {"late", "late"},
                 {"failed", "failed"},
                 {"dropped", "dropped"},
                 {"in flight at the end", "flight"}});
}

LatencyRange latency_range(const std::vector<const Report*>& reports) {
  Duration low = base::kForever;
  Duration high{0};
  for (const Report* report : reports) {
    for (const TaskReport& task : report->tasks) {
      if (task.latency.total() > 0) {
        low = std::min(low, LogHistogram::lower_edge(task.latency.first()));
        high = std::max(high, LogHistogram::lower_edge(task.latency.last()));
      }
      if (task.latency_budget != base::kForever) {
        low = std::min(low, task.latency_budget / 2);
        high = std::max(high, task.latency_budget + task.latency_budget / 2);
      }
    }
  }
  if (high <= Duration(0) || low >= high) {
    return {};
  }
  return {std::max(low, Duration(1000)), high};
}

Distribution latency_distribution(const TaskReport& task, std::string color,
                                  const LatencyRange& range) {
  const schedule::Percentiles& p = task.counts.latency;
  return {
      task.counts.name, std::move(color), &task.latency, task.latency_budget, p.p50, p.p95, p.p99,
      range.low,        range.high};
}

std::string outcomes_section(const Report& report) {
  std::string bars = "<div class=\"outcomes\">";
  HtmlTable table(
      {"task", "offered", "on time", "share", "late", "dropped", "failed", "in flight"});
  for (const TaskReport* task : report.by_priority()) {
    const std::string label =
        fmt::format("{}: {} offered, {} on time, {} late, {} failed, {} dropped", task->counts.name,
                    task->counts.offered, task->counts.on_time, task->counts.late,
                    task->counts.failed, task->counts.dropped_total());
    bars += fmt::format("<div class=\"name\">{}<small>priority {}, {}</small></div>{}",
                        html_escape(task->counts.name), task->counts.priority,
                        html_escape(task->model), share_bar(outcome_shares(*task), label));
    table.add(outcome_row(*task, task->counts.name));
  }
  if (report.tasks.size() > 1) {
    table.add(outcome_row(report.total, "all"), true);
  }
  return section("Outcomes", "How the offered requests of each task ended.",
                 bars + "</div>" + outcome_legend() + table.html(""));
}

std::string latency_section(const Report& report) {
  const LatencyRange range = latency_range({&report});
  std::string charts = "<div class=\"grid\">";
  HtmlTable table({"ms", "budget", "p50", "p95", "p99", "max", "wait p50", "wait p95",
                   "service p50", "service p95"});
  std::size_t n = 0;
  for (const TaskReport* task : report.by_priority()) {
    charts += fmt::format("<div><h3>{}</h3>{}</div>", html_escape(task->counts.name),
                          distribution_chart(latency_distribution(*task, task_color(n++), range)));
    const auto& latency = task->counts.latency;
    const auto& wait = task->counts.queue_wait;
    table.add({task->counts.name,
               task->latency_budget == base::kForever ? "none" : ms_text(task->latency_budget),
               ms_text(latency.p50), ms_text(latency.p95), ms_text(latency.p99),
               ms_text(latency.max), ms_text(wait.p50), ms_text(wait.p95),
               ms_text(task->service.p50), ms_text(task->service.p95)});
  }
  return section("Latency",
                 "Arrival to result of the requests that ran, on a logarithmic axis. The dashed "
                 "line is the task's latency budget; bars beyond it came too late.",
                 charts + "</div>" + table.html(""));
}

double queue_top(const Report& report) {
  double top = 1;
  for (const TimelineBin& bin : report.timeline) {
    for (const TaskBin& task : bin.tasks) {
      top = std::max(top, static_cast<double>(task.depth_max));
    }
  }
  return top;
}

double drops_top(const Report& report) {
  double top = 1;
  for (const TimelineBin& bin : report.timeline) {
    top = std::max(top, static_cast<double>(std::accumulate(bin.dropped.begin(), bin.dropped.end(),
                                                            std::uint64_t{0})));
  }
  return top;
}

std::string queue_section(const Report& report, double top) {
  TimeChart chart;
  chart.least_top = top;
  chart.title = "Queue depth over time";
  chart.description = "Most requests waiting at once, for each task.";
  chart.unit = "requests waiting (most in each interval)";
  chart.bin = report.bin_width;
  std::size_t n = 0;
  for (const TaskReport* task : report.by_priority()) {
    Series& series = chart.series.emplace_back();
    series.name = task->counts.name;
    series.color = task_color(n++);
    for (const TimelineBin& bin : report.timeline) {
      series.values.push_back(bin.tasks[index_of(report, task)].depth_max);
    }
  }
  return report.timeline.empty() ? "" : section("Queue depth", "", time_chart(chart));
}

std::string drops_section(const Report& report, double top) {
  TimeChart chart;
  chart.least_top = top;
  chart.title = "Drops over time by reason";
  chart.description = "Dropped requests in each time interval, stacked by reason.";
  chart.unit = "requests dropped";
  chart.style = TimeChart::Style::columns;
  chart.bin = report.bin_width;
  std::vector<std::string> head{"reason"};
  for (const TaskReport* task : report.by_priority()) {
    head.push_back(task->counts.name);
  }
  head.emplace_back("all");
  HtmlTable table(std::move(head));
  for (std::size_t reason = 0; reason < schedule::kDropReasons; ++reason) {
    if (report.total.counts.dropped[reason] == 0) {
      continue;
    }
    Series& series = chart.series.emplace_back();
    series.name = reason_name(reason);
    series.color = reason_color(reason);
    for (const TimelineBin& bin : report.timeline) {
      series.values.push_back(static_cast<double>(bin.dropped[reason]));
    }
    std::vector<std::string> row{reason_name(reason)};
    for (const TaskReport* task : report.by_priority()) {
      row.push_back(count_text(task->counts.dropped[reason]));
    }
    row.push_back(count_text(report.total.counts.dropped[reason]));
    table.add(row);
  }
  if (chart.series.empty()) {
    return "";
  }
  return section("Drops", "Requests that did not run, when and why.",
                 time_chart(chart) + table.html(""));
}

std::string protection_section(const Report& report) {
  HtmlTable table({"protected", "paid by", "dropped", "deferred", "waits", "slot time kept free"},
                  2);
  for (const Protection& entry : report.protections) {
    table.add(
        {task_name(report.run, entry.protected_task),
         entry.paid_by == schedule::kNone ? "idle slots" : task_name(report.run, entry.paid_by),
         count_text(entry.dropped), count_text(entry.deferred), count_text(entry.waits),
         duration_text(entry.waited)});
  }
  return table.empty() ? ""
                       : section("What protected what",
                                 "Requests shed or put off, and slots kept free, so that a more "
                                 "important task stays on time.",
                                 table.html(""));
}

}  // namespace sluice::telemetry
