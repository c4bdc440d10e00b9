// The report as tables for a terminal.
#include <algorithm>

#include "telemetry/report.hpp"
#include "telemetry/sentences.hpp"
#include "telemetry/text_table.hpp"

namespace sluice::telemetry {

namespace {

std::string title(const std::string& text, bool terminal) {
  return terminal ? fmt::format("\n\x1b[1;36m{}\x1b[0m\n", text) : fmt::format("\n{}\n", text);
}

std::vector<std::string> outcome_cells(const TaskReport& task, const std::string& name) {
  const schedule::TaskSummary& c = task.counts;
  const std::string priority = c.name.empty() ? "" : std::to_string(c.priority);
  return {name,
          priority,
          count_text(c.offered),
          count_text(c.on_time),
          percent_text(task.on_time_share()),
          count_text(c.late),
          count_text(c.dropped_total()),
          count_text(c.failed),
          count_text(task.in_flight())};
}

std::vector<std::string> latency_row(const TaskReport& task) {
  const schedule::Percentiles& latency = task.counts.latency;
  const auto& wait = task.counts.queue_wait;
  return {task.counts.name,
          task.latency_budget == base::kForever ? "-" : ms_text(task.latency_budget),
          ms_text(latency.p50),
          ms_text(latency.p95),
          ms_text(latency.p99),
          ms_text(latency.max),
          ms_text(wait.p50),
          ms_text(wait.p95),
          ms_text(task.service.p50),
          ms_text(task.service.p95)};
}

std::string drops_text(const Report& report, bool terminal) {
  std::vector<std::string> head{"dropped because"};
  for (const TaskReport* task : report.by_priority()) {
    head.push_back(task->counts.name);
  }
  TextTable table(std::move(head));
  for (std::size_t reason = 0; reason < schedule::kDropReasons; ++reason) {
    if (report.total.counts.dropped[reason] == 0) {
      continue;
    }
    std::vector<std::string> row{schedule::to_string(static_cast<schedule::DropReason>(reason))};
    for (const TaskReport* task : report.by_priority()) {
      row.push_back(count_text(task->counts.dropped[reason]));
    }
    table.add(std::move(row));
  }
  return table.empty() ? "" : title("Drops", terminal) + table.text(terminal);
}

std::string protection_text(const Report& report, bool terminal) {
  TextTable table({"protected", "paid by", "dropped", "deferred", "waits", "slot time kept free"},
                  2);
  for (const Protection& entry : report.protections) {
    table.add(
        {task_name(report.run, entry.protected_task),
         entry.paid_by == schedule::kNone ? "(idle slot)" : task_name(report.run, entry.paid_by),
         count_text(entry.dropped), count_text(entry.deferred), count_text(entry.waits),
         duration_text(entry.waited)});
  }
  return table.empty() ? "" : title("What protected what", terminal) + table.text(terminal);
}

std::string resources_text(const Report& report, bool terminal) {
  ResourceBin all;
  double peak_rss = 0;
  double peak_temperature = 0;
  for (const ResourceBin& bin : report.resources) {
    all.merge(bin);
    peak_rss = std::max(peak_rss, bin.mean().process_rss_bytes);
    peak_temperature = std::max(peak_temperature, bin.mean().temperature_c);
  }
  if (all.samples == 0) {
    return "";
  }
  const ResourceSample mean = all.mean();
  std::string line = fmt::format("cpu {} of all cores (this process: {:.2f} cores), memory {}",
                                 percent_text(mean.cpu), mean.process_cpu, bytes_text(peak_rss));
  if (peak_temperature > 0) {
    line += fmt::format(", up to {:.0f} C", peak_temperature);
  }
  if (mean.power_w > 0) {
    line += fmt::format(", {:.1f} W", mean.power_w);
  }
  if (mean.throttled) {
    line += ", throttled";
  }
  return title("Resources", terminal) + line + "\n";
}

}  // namespace

std::string to_text(const Report& report, bool terminal) {
  const schedule::SchedulerOptions& options = report.run.scheduler;
  std::string out = terminal ? fmt::format("\x1b[1m{}\x1b[0m", report.run.name) : report.run.name;
  out += fmt::format("  policy {}, shedder {}, {} slot{}, {}\n",
                     schedule::to_string(options.policy), schedule::to_string(options.shedder),
                     options.slots, options.slots == 1 ? "" : "s", duration_text(report.length));

  TextTable outcomes(
      {"task", "priority", "offered", "on time", "", "late", "dropped", "failed", "in flight"});
  TextTable latencies({"task (ms)", "budget", "p50", "p95", "p99", "max", "wait p50", "wait p95",
                       "service p50", "service p95"});
  for (const TaskReport* task : report.by_priority()) {
    outcomes.add(outcome_cells(*task, task->counts.name));
    latencies.add(latency_row(*task));
  }
  if (report.tasks.size() > 1) {
    outcomes.add(outcome_cells(report.total, "all"));
  }
  out += title("Outcomes", terminal) + outcomes.text(terminal);
  out += fmt::format(
      "\n{:.1f} on time per second, goodput {:.1f}, slots {} busy, {} of that time "
      "wasted on late or failed work\n",
      report.on_time_per_second, report.goodput, percent_text(report.utilisation()),
      percent_text(report.wasted_share));
  out += title("Latency", terminal) + latencies.text(terminal);
  out += drops_text(report, terminal);
  out += protection_text(report, terminal);
  out += resources_text(report, terminal);
  if (!report.notes.empty()) {
    out += title("Notes", terminal);
    for (const Note& note : report.notes) {
      out += fmt::format("{}  {}\n", moment_text(note.time, report.run), note.text);
    }
    if (report.notes_total > report.notes.size()) {
      out += fmt::format("and {} more\n", report.notes_total - report.notes.size());
    }
  }
  if (report.lost_lines > 0) {
    out += fmt::format("\n{} journal lines were lost: the counts above are too low.\n",
                       count_text(report.lost_lines));
  }
  if (report.incomplete) {
    out += "\nThe journal is incomplete (rotated away or cut): the counts above are too low.\n";
  }
  return out;
}

}  // namespace sluice::telemetry
