// The charts of reports, as inline SVG with a legend.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/histogram.hpp"

namespace sluice::telemetry {

/// One line, or one layer of a stack.
struct Series {
  std::string name;
  std::string color;           ///< a colour class of the page: c0 ... c7, on, late, failed, ...
  std::vector<double> values;  ///< one for each time bin; NaN: none there
};

/// Values over time.
struct TimeChart {
  enum class Style { lines, columns };
  std::string title;
  std::string description;
  std::string unit;  ///< of the values, shown above the axis
  Style style = Style::lines;
  base::Duration bin{0};
  std::vector<Series> series;
  double least_top = 1;                           ///< the value axis reaches at least this far
  std::function<std::string(double)> value_text;  ///< for tooltips; unset: plain numbers
};
/// With a legend when there is more than one series. Columns are stacked.
[[nodiscard]] std::string time_chart(const TimeChart& chart);

/// A latency distribution on a logarithmic axis, what is over the budget in another colour.
struct Distribution {
  std::string title;
  std::string color;
  const LogHistogram* histogram = nullptr;
  base::Duration budget{base::kForever};
  base::Duration p50{0}, p95{0}, p99{0};
  base::Duration low{0}, high{0};  ///< ends of the axis: the same for charts to be compared
};
[[nodiscard]] std::string distribution_chart(const Distribution& chart);

/// Latency ranges of several policies or runs on one logarithmic axis.
struct RangeChart {
  struct Row {
    std::string name;
    base::Duration p50{0}, p95{0}, p99{0}, max{0};
  };
  std::string title;
  std::vector<Row> rows;
};
/// A bar from the median to the 99th percentile, a dot at the 95th, a tick at the maximum.
[[nodiscard]] std::string range_chart(const RangeChart& chart);

/// Parts of a whole as a bar, 100 % wide.
struct Share {
  std::string name;
  std::string color;
  double value = 0;
};
[[nodiscard]] std::string share_bar(const std::vector<Share>& shares, std::string_view label);

/// A row of coloured marks with their names.
[[nodiscard]] std::string legend(const std::vector<std::pair<std::string, std::string>>& entries);

/// The colour class of the n-th task.
[[nodiscard]] std::string task_color(std::size_t n);
/// The colour class of a drop reason, by its index.
[[nodiscard]] std::string reason_color(std::size_t reason);

}  // namespace sluice::telemetry
