#include "telemetry/charts.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "telemetry/axis.hpp"
#include "telemetry/sentences.hpp"
#include "telemetry/svg.hpp"

namespace sluice::telemetry {

namespace {

constexpr double kWidth = 960;
constexpr double kHeight = 230;
constexpr double kLeft = 52;
constexpr double kRight = 12;
constexpr double kTop = 26;
constexpr double kBottom = 28;

std::string plain(double value) {
  return fmt::format("{:.4g}", value);
}

/// Draws one TimeChart.
class TimePlot {
 public:
  explicit TimePlot(const TimeChart& chart)
      : chart_(chart),
        svg_(kWidth, kHeight, chart.title, chart.description),
        bins_(0),
        top_(chart.least_top) {
    for (const Series& series : chart.series) {
      bins_ = std::max(bins_, series.values.size());
    }
    for (std::size_t bin = 0; bin < bins_; ++bin) {
      double stack = 0;
      for (const Series& series : chart.series) {
        const double value = at(series, bin);
        stack = std::isnan(value) ? stack : stacked() ? stack + value : std::max(stack, value);
      }
      top_ = std::max(top_, stack);
    }
    ticks_ = nice_ticks(top_, 4);
    x_ = Scale::linear(0, static_cast<double>(bins_), kLeft, kWidth - kRight);
    y_ = Scale::linear(0, ticks_.back(), kHeight - kBottom, kTop);
  }

  std::string draw() {
    axes();
    if (stacked()) {
      columns();
    } else {
      for (const Series& series : chart_.series) {
        step_line(series);
      }
    }
    tooltips();
    return svg_.finish();
  }

 private:
  [[nodiscard]] bool stacked() const { return chart_.style == TimeChart::Style::columns; }
  [[nodiscard]] static double at(const Series& series, std::size_t bin) {
    return bin < series.values.size() ? series.values[bin] : std::nan("");
  }
  [[nodiscard]] double x(std::size_t bin) const { return x_(static_cast<double>(bin)); }

  void axes() {
    for (const double tick : ticks_) {
      svg_.line(kLeft, y_(tick), kWidth - kRight, y_(tick), tick == 0 ? "axis" : "rule");
      svg_.text(kLeft - 8, y_(tick) + 4, "end", "tick", tick_text(tick));
    }
    svg_.text(kLeft, 12, "start", "tick", chart_.unit);
    const double length_ms = base::to_ms(chart_.bin) * static_cast<double>(bins_);
    for (const double tick : nice_ticks(length_ms, 8)) {
      if (tick <= length_ms) {
        const double at_x = x_(tick / base::to_ms(chart_.bin));
        svg_.line(at_x, kHeight - kBottom, at_x, kHeight - kBottom + 4, "axis");
        svg_.text(at_x, kHeight - 8, tick == 0 ? "start" : "middle", "tick", ms_tick_text(tick));
      }
    }
  }

  void step_line(const Series& series) {
    std::string line;
    std::string area;
    bool open = false;
    const double floor = y_(0);
    for (std::size_t bin = 0; bin < bins_; ++bin) {
      const double value = at(series, bin);
      if (std::isnan(value)) {
        continue;  // sparse series (samples) connect to their next value
      }
      const double y = y_(value);
      line += fmt::format("{}{:.1f} {:.1f}H{:.1f}", open ? 'L' : 'M', x(bin), y, x(bin + 1));
      area += open ? fmt::format("L{:.1f} {:.1f}H{:.1f}", x(bin), y, x(bin + 1))
                   : fmt::format("M{:.1f} {:.1f}V{:.1f}H{:.1f}", x(bin), floor, y, x(bin + 1));
      open = true;
    }
    if (open) {
      svg_.path(area + fmt::format("V{:.1f}Z", floor), "area " + series.color);
      svg_.path(line, "line " + series.color);
    }
  }

  void columns() {
    const double gap = x(1) - x(0) > 4 ? 1 : 0;
    for (std::size_t bin = 0; bin < bins_; ++bin) {
      double below = 0;
      for (const Series& series : chart_.series) {
        const double value = at(series, bin);
        if (!(value > 0)) {
          continue;
        }
        svg_.rect(x(bin), y_(below + value), x(bin + 1) - x(bin) - gap,
                  y_(below) - y_(below + value), "fill " + series.color);
        below += value;
      }
    }
  }

  void tooltips() {
    for (std::size_t bin = 0; bin < bins_; ++bin) {
      std::string tip;
      for (const Series& series : chart_.series) {
        const double value = at(series, bin);
        if (!std::isnan(value) && (value != 0 || !stacked())) {
          tip += fmt::format("\n{}: {}", series.name,
                             chart_.value_text ? chart_.value_text(value) : plain(value));
        }
      }
      if (!tip.empty()) {
        const double start = base::to_ms(chart_.bin) * static_cast<double>(bin);
        svg_.rect(x(bin), kTop, x(bin + 1) - x(bin), kHeight - kBottom - kTop, "hit",
                  "at " + ms_tick_text(start) + tip);
      }
    }
  }

  const TimeChart& chart_;
  Svg svg_;
  std::size_t bins_;
  double top_;
  std::vector<double> ticks_;
  Scale x_;
  Scale y_;
};

}  // namespace

std::string task_color(std::size_t n) {
  return fmt::format("c{}", n % 8);
}

std::string reason_color(std::size_t reason) {
  return fmt::format("r{}", reason);
}

std::string legend(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string out = "<ul class=\"legend\">";
  for (const auto& [name, color] : entries) {
    out += fmt::format("<li><i class=\"mark {}\"></i>{}</li>", color, html_escape(name));
  }
  return out + "</ul>";
}

std::string time_chart(const TimeChart& chart) {
  std::string out = "<figure class=\"chart\">" + TimePlot(chart).draw() + "</figure>";
  if (chart.series.size() > 1) {
    std::vector<std::pair<std::string, std::string>> entries;
    for (const Series& series : chart.series) {
      entries.emplace_back(series.name, series.color);
    }
    out += legend(entries);
  }
  return out;
}

std::string share_bar(const std::vector<Share>& shares, std::string_view label) {
  double total = 0;
  for (const Share& share : shares) {
    total += share.value;
  }
  std::string out =
      fmt::format("<div class=\"bar\" role=\"img\" aria-label=\"{}\">", html_escape(label));
  for (const Share& share : shares) {
    if (share.value > 0) {
      const double part = share.value / total;
      out += fmt::format(
          "<span class=\"fill {}\" style=\"width:{:.3f}%\" title=\"{}: {} ({})\">{}</span>",
          share.color, part * 100, html_escape(share.name), plain(share.value), percent_text(part),
          part > 0.07 ? percent_text(part) : "");
    }
  }
  return out + "</div>";
}

}  // namespace sluice::telemetry
