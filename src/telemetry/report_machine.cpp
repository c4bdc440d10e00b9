// The sections of a report's page about slots and resources.
#include <cmath>

#include "telemetry/report_parts.hpp"
#include "telemetry/sentences.hpp"

namespace sluice::telemetry {

std::string slots_section(const Report& report) {
  if (report.timeline.empty()) {
    return "";
  }
  TimeChart chart;
  chart.title = "Slots in use over time";
  chart.description = "Mean number of slots running a batch.";
  chart.unit = "slots in use (mean)";
  chart.bin = report.bin_width;
  chart.least_top = static_cast<double>(report.run.scheduler.slots);
  Series& series = chart.series.emplace_back();
  series.name = "slots in use";
  series.color = "c0";
  const double width = static_cast<double>(report.bin_width.count());
  for (const TimelineBin& bin : report.timeline) {
    series.values.push_back(bin.busy_ns / width);
  }
  HtmlTable table({"slot", "busy", "share"});
  for (std::size_t slot = 0; slot < report.slot_busy.size(); ++slot) {
    const double length = base::to_seconds(report.length);
    table.add({std::to_string(slot), duration_text(report.slot_busy[slot]),
               percent_text(length > 0 ? base::to_seconds(report.slot_busy[slot]) / length : 0)});
  }
  return section("Slots",
                 fmt::format("{} batches; {} of the slot time used went into requests that ended "
                             "late or failed.",
                             count_text(report.batches), percent_text(report.wasted_share)),
                 time_chart(chart) + table.html(""));
}

std::string resources_section(const Report& report) {
  const auto chart_of = [&](const char* title, const char* unit, const char* color, double top,
                            double (*value)(const ResourceSample&)) {
    TimeChart chart;
    chart.title = title;
    chart.description = "Resource reading over time.";
    chart.unit = unit;
    chart.bin = report.resource_bin_width;
    chart.least_top = top;
    Series& series = chart.series.emplace_back(Series{title, color, {}});
    bool any = false;
    for (const ResourceBin& bin : report.resources) {
      series.values.push_back(bin.samples == 0 ? std::nan("") : value(bin.mean()));
      any = any || series.values.back() > 0;
    }
    return any ? fmt::format("<div><h3>{}</h3>{}</div>", title, time_chart(chart)) : "";
  };
  const std::string charts =
      chart_of("CPU", "% of all cores", "c0", 100, [](auto& s) { return s.cpu * 100; }) +
      chart_of("Memory of this process", "MiB", "c2", 1,
               [](auto& s) { return s.process_rss_bytes / (1024 * 1024); }) +
      chart_of("Temperature", "degrees Celsius", "c1", 50,
               [](auto& s) { return s.temperature_c; }) +
      chart_of("Power", "W", "c5", 1, [](auto& s) { return s.power_w; }) +
      chart_of("GPU", "%", "c3", 100, [](auto& s) { return s.gpu * 100; });
  return charts.empty() ? "" : section("Resources", "", "<div class=\"grid\">" + charts + "</div>");
}

}  // namespace sluice::telemetry
