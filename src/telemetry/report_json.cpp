// The report as JSON: schema sluice-report-v1.
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "base/utf8.hpp"
#include "telemetry/json_line.hpp"
#include "telemetry/options_json.hpp"
#include "telemetry/report.hpp"
#include "telemetry/sentences.hpp"

namespace sluice::telemetry {

namespace json = boost::json;

namespace {

json::object percentiles_json(const schedule::Percentiles& p) {
  return {{"count", p.count},          {"mean", base::to_ms(p.mean)}, {"p50", base::to_ms(p.p50)},
          {"p95", base::to_ms(p.p95)}, {"p99", base::to_ms(p.p99)},   {"max", base::to_ms(p.max)}};
}

/// {reason: count} of the reasons that occurred.
template <class Counts>
json::object reasons(const Counts& counts) {
  json::object out;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) {
      out[schedule::to_string(static_cast<schedule::DropReason>(i))] = counts[i];
    }
  }
  return out;
}

json::array histogram_json(const LogHistogram& histogram) {
  json::array bins;
  for (std::size_t bin = histogram.first(); bin < histogram.last(); ++bin) {
    bins.push_back(json::object{{"from_ms", base::to_ms(LogHistogram::lower_edge(bin))},
                                {"to_ms", base::to_ms(LogHistogram::lower_edge(bin + 1))},
                                {"count", histogram.count(bin)}});
  }
  return bins;
}

json::object task_json(const TaskReport& task) {
  const schedule::TaskSummary& counts = task.counts;
  json::object out{{"offered", counts.offered},
                   {"on_time", counts.on_time},
                   {"on_time_share", task.on_time_share()},
                   {"late", counts.late},
                   {"failed", counts.failed},
                   {"dropped", reasons(counts.dropped)},
                   {"in_flight", task.in_flight()},
                   {"deferrals", counts.deferrals},
                   {"degraded", counts.degraded},
                   {"latency_ms", percentiles_json(counts.latency)},
                   {"queue_wait_ms", percentiles_json(counts.queue_wait)},
                   {"service_ms", percentiles_json(task.service)},
                   {"slot_time_ms", base::to_ms(counts.service)},
                   {"wasted_ms", base::to_ms(counts.wasted)},
                   {"latency_histogram", histogram_json(task.latency)}};
  if (!counts.name.empty()) {
    out["model"] = base::valid_utf8(task.model);
    out["priority"] = counts.priority;
    out["weight"] = counts.weight;
    if (task.latency_budget != base::kForever) {
      out["latency_budget_ms"] = base::to_ms(task.latency_budget);
    }
  }
  return out;
}

json::object timeline_json(const Report& report) {
  json::array bins;
  const double width_ns = static_cast<double>(report.bin_width.count());
  for (const TimelineBin& bin : report.timeline) {
    json::object tasks;
    for (std::size_t i = 0; i < bin.tasks.size(); ++i) {
      const TaskBin& part = bin.tasks[i];
      tasks[base::valid_utf8(report.tasks[i].counts.name)] =
          json::object{{"arrived", part.arrived},
                       {"on_time", part.on_time},
                       {"late", part.late},
                       {"failed", part.failed},
                       {"dropped", part.dropped},
                       {"depth_max", part.depth_max},
                       {"depth_mean", part.depth_ns / width_ns}};
    }
    bins.push_back(json::object{{"tasks", std::move(tasks)},
                                {"dropped", reasons(bin.dropped)},
                                {"slots_busy", bin.busy_ns / width_ns}});
  }
  return {{"bin_ms", base::to_ms(report.bin_width)}, {"bins", std::move(bins)}};
}

json::array protections_json(const Report& report) {
  json::array out;
  for (const Protection& entry : report.protections) {
    json::object object{
        {"protected", base::valid_utf8(task_name(report.run, entry.protected_task))},
        {"dropped", entry.dropped},
        {"deferred", entry.deferred},
        {"waits", entry.waits},
        {"waited_ms", base::to_ms(entry.waited)}};
    if (entry.paid_by != schedule::kNone) {
      object["paid_by"] = base::valid_utf8(task_name(report.run, entry.paid_by));
    }
    out.push_back(std::move(object));
  }
  return out;
}

json::array examples_json(const Report& report) {
  json::array out;
  for (const Example& example : report.examples) {
    const bool dropped = example.event.kind == schedule::EventKind::dropped;
    out.push_back(
        json::object{{"request", example.event.request},
                     {"task", base::valid_utf8(task_name(report.run, example.event.task))},
                     {"t_ms", base::to_ms(example.event.time - report.run.started)},
                     {"end", dropped ? schedule::to_string(example.event.reason)
                                     : schedule::to_string(example.event.outcome)},
                     {"why", base::valid_utf8(example.text)}});
  }
  return out;
}

json::array resources_json(const Report& report) {
  json::array out;
  for (std::size_t i = 0; i < report.resources.size(); ++i) {
    if (report.resources[i].samples == 0) {
      continue;
    }
    const ResourceSample mean = report.resources[i].mean();
    out.push_back(
        json::object{{"t_ms", base::to_ms(report.resource_bin_width) * static_cast<double>(i)},
                     {"cpu", mean.cpu},
                     {"memory_used_bytes", mean.memory_used_bytes},
                     {"memory_total_bytes", mean.memory_total_bytes},
                     {"process_rss_bytes", mean.process_rss_bytes},
                     {"process_cpu", mean.process_cpu},
                     {"temperature_c", mean.temperature_c},
                     {"power_w", mean.power_w},
                     {"gpu", mean.gpu},
                     {"throttled", mean.throttled}});
  }
  return out;
}

json::object run_json(const Report& report) {
  json::object run{{"name", base::valid_utf8(report.run.name)},
                   {"software", base::valid_utf8(report.run.software)},
                   {"length_ms", base::to_ms(report.length)},
                   {"scheduler", to_json(report.run.scheduler)}};
  if (report.run.wall_started_ns != 0) {
    std::string wall;
    append_wall_time(wall, report.run.wall_started_ns);
    run["started"] = wall;
  }
  return run;
}

}  // namespace

json::object to_json(const Report& report) {
  json::object tasks;
  for (const TaskReport& task : report.tasks) {
    tasks[base::valid_utf8(task.counts.name)] = task_json(task);
  }
  json::array slots;
  const double length = base::to_seconds(report.length);
  for (const base::Duration busy : report.slot_busy) {
    slots.push_back(
        json::object{{"busy_ms", base::to_ms(busy)},
                     {"utilisation", length > 0 ? base::to_seconds(busy) / length : 0.0}});
  }
  json::array notes;
  for (const Note& note : report.notes) {
    notes.push_back(json::object{{"t_ms", base::to_ms(note.time - report.run.started)},
                                 {"text", base::valid_utf8(note.text)}});
  }
  return {{"schema", kReportSchema},
          {"run", run_json(report)},
          {"total", task_json(report.total)},
          {"tasks", std::move(tasks)},
          {"on_time_per_second", report.on_time_per_second},
          {"goodput", report.goodput},
          {"utilisation", report.utilisation()},
          {"wasted_share", report.wasted_share},
          {"batches", report.batches},
          {"slots", std::move(slots)},
          {"protections", protections_json(report)},
          {"timeline", timeline_json(report)},
          {"examples", examples_json(report)},
          {"resources", resources_json(report)},
          {"notes", std::move(notes)},
          {"notes_total", report.notes_total},
          {"lost_lines", report.lost_lines},
          {"incomplete", report.incomplete}};
}

}  // namespace sluice::telemetry
