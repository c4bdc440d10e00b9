// Charts of latencies: distributions and ranges, on logarithmic axes.
#include <algorithm>

#include <fmt/format.h>

#include "telemetry/axis.hpp"
#include "telemetry/charts.hpp"
#include "telemetry/sentences.hpp"
#include "telemetry/svg.hpp"

namespace sluice::telemetry {

namespace {

/// A bottom axis in milliseconds.
void time_axis(Svg& svg, const Scale& x, double low_ms, double high_ms, double left, double right,
               double y) {
  svg.line(left, y, right, y, "axis");
  for (const double tick : log_ticks(low_ms, high_ms)) {
    svg.line(x(tick), y, x(tick), y + 4, "axis");
    svg.text(x(tick), y + 18, "middle", "tick", ms_tick_text(tick));
  }
}

}  // namespace

std::string distribution_chart(const Distribution& chart) {
  constexpr double kW = 460;
  constexpr double kH = 190;
  constexpr double kFloor = kH - 26;
  const LogHistogram& histogram = *chart.histogram;
  const Scale x = Scale::logarithmic(base::to_ms(chart.low), base::to_ms(chart.high), 8, kW - 8);
  std::uint64_t most = 1;
  for (std::size_t bin = histogram.first(); bin < histogram.last(); ++bin) {
    most = std::max(most, histogram.count(bin));
  }
  const Scale y = Scale::linear(0, static_cast<double>(most), kFloor, 44);
  Svg svg(kW, kH, chart.title,
          fmt::format("Latency: median {}, 95th percentile {}, 99th percentile {}, budget {}",
                      duration_text(chart.p50), duration_text(chart.p95), duration_text(chart.p99),
                      chart.budget == base::kForever ? "none" : duration_text(chart.budget)));
  for (std::size_t bin = histogram.first(); bin < histogram.last(); ++bin) {
    const std::uint64_t count = histogram.count(bin);
    const base::Duration from = LogHistogram::lower_edge(bin);
    const base::Duration to = LogHistogram::lower_edge(bin + 1);
    if (count > 0) {
      const double left = x(base::to_ms(from));
      const double top = y(static_cast<double>(count));
      svg.rect(
          left, top, x(base::to_ms(to)) - left - 1, kFloor - top,
          "fill " + (from >= chart.budget ? std::string("late") : chart.color),
          fmt::format("{} to {}: {}", duration_text(from), duration_text(to), count_text(count)));
    }
  }
  time_axis(svg, x, base::to_ms(chart.low), base::to_ms(chart.high), 8, kW - 8, kFloor);
  const auto mark = [&](base::Duration at, const char* anchor, const char* name) {
    const double position = x(base::to_ms(at));
    svg.line(position, 38, position, kFloor, "quantile");
    svg.text(position, 35, anchor, "tick", name);
  };
  if (histogram.total() > 0) {
    // Towards the outside, so that they do not meet when the two are close.
    mark(chart.p50, "end", "p50");
    mark(chart.p99, x(base::to_ms(chart.p99)) > kW - 40 ? "end" : "start", "p99");
  }
  if (chart.budget != base::kForever) {
    const double position = x(base::to_ms(chart.budget));
    svg.line(position, 18, position, kFloor, "budget");
    svg.text(std::clamp(position, 60.0, kW - 60), 13, "middle", "label",
             "budget " + duration_text(chart.budget));
  }
  return "<figure class=\"chart small\">" + svg.finish() + "</figure>";
}

std::string range_chart(const RangeChart& chart) {
  constexpr double kW = 460;
  constexpr double kRow = 24;
  constexpr double kNames = 96;
  double low = 1e9;
  double high = 0;
  for (const RangeChart::Row& row : chart.rows) {
    if (row.max > base::Duration(0)) {
      low = std::min(low, base::to_ms(row.p50) / 1.5);
      high = std::max(high, base::to_ms(row.max) * 1.2);
    }
  }
  if (high <= 0) {
    return "<p class=\"muted\">Nothing of it ran.</p>";
  }
  low = std::max(low, 1e-3);
  const double floor = static_cast<double>(chart.rows.size()) * kRow + 4;
  const Scale x = Scale::logarithmic(low, high, kNames, kW - 14);
  Svg svg(kW, floor + 26, chart.title, "Latency from median to 99th percentile of each policy.");
  time_axis(svg, x, low, high, kNames, kW - 14, floor);
  double y = kRow / 2;
  for (const RangeChart::Row& row : chart.rows) {
    svg.text(kNames - 8, y + 4, "end", "tick", row.name);
    if (row.max > base::Duration(0)) {
      const double left = x(base::to_ms(row.p50));
      const double right = x(base::to_ms(row.p99));
      svg.line(kNames, y, kW - 14, y, "rule");
      svg.rect(left, y - 5, std::max(right - left, 2.0), 10, "fill c0",
               fmt::format("{}: p50 {}, p95 {}, p99 {}, max {}", row.name, duration_text(row.p50),
                           duration_text(row.p95), duration_text(row.p99), duration_text(row.max)));
      svg.rect(x(base::to_ms(row.p95)) - 2, y - 2, 4, 4, "dot");
      svg.line(x(base::to_ms(row.max)), y - 6, x(base::to_ms(row.max)), y + 6, "quantile");
    }
    y += kRow;
  }
  return "<figure class=\"chart small\">" + svg.finish() + "</figure>";
}

}  // namespace sluice::telemetry
