#include "telemetry/charts.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "telemetry/axis.hpp"
#include "telemetry/svg.hpp"
#include "unit/telemetry/telemetry_helpers.hpp"

namespace sluice::telemetry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::kMs;
using ::testing::Not;

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST(Ticks, AreRoundAndReachTheTop) {
  EXPECT_THAT(nice_ticks(10, 5), ElementsAre(0, 2, 4, 6, 8, 10));
  EXPECT_THAT(nice_ticks(1, 4), ElementsAre(0, 0.5, 1));
  EXPECT_THAT(nice_ticks(0, 4), ElementsAre(0, 1));
  EXPECT_GE(nice_ticks(734, 4).back(), 734);
}

TEST(Ticks, OfALogarithmicAxisThinOutWithItsRange) {
  EXPECT_THAT(log_ticks(1, 10), ElementsAre(1, 2, 5, 10));
  EXPECT_THAT(log_ticks(1, 500), ElementsAre(1, 3, 10, 30, 100, 300));
  EXPECT_THAT(log_ticks(0.1, 10'000), ElementsAre(0.1, 1, 10, 100, 1000, 10'000));
}

TEST(Scale, MapsEndsToEndsAndStaysInside) {
  const Scale linear = Scale::linear(0, 10, 100, 200);
  EXPECT_DOUBLE_EQ(linear(0), 100);
  EXPECT_DOUBLE_EQ(linear(5), 150);
  EXPECT_DOUBLE_EQ(linear(99), 200);
  const Scale log = Scale::logarithmic(1, 100, 0, 2);
  EXPECT_DOUBLE_EQ(log(10), 1);
  EXPECT_DOUBLE_EQ(log(0), 0);
}

TEST(Svg, EscapesTexts) {
  EXPECT_EQ(html_escape("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
  Svg svg(10, 10, "a < b", "\"quoted\"");
  svg.text(0, 0, "start", "tick", "</text><script>");
  const std::string out = svg.finish();
  EXPECT_THAT(out, Not(HasSubstr("<script>")));
  EXPECT_THAT(out, HasSubstr("aria-label=\"a &lt; b. &quot;quoted&quot;\""));
}

TimeChart chart_of(std::vector<double> a, std::vector<double> b) {
  TimeChart chart;
  chart.title = "t";
  chart.bin = kMs;
  chart.series = {{"first", "c0", std::move(a)}, {"second", "c1", std::move(b)}};
  return chart;
}

TEST(TimeChart, StacksColumnsAndLeavesOutEmptyOnes) {
  TimeChart chart = chart_of({1, 0, 2}, {3, 0, 0});
  chart.style = TimeChart::Style::columns;
  const std::string out = time_chart(chart);
  EXPECT_EQ(count_of(out, "class=\"fill c0\""), 2u);
  EXPECT_EQ(count_of(out, "class=\"fill c1\""), 1u);
  EXPECT_EQ(count_of(out, "class=\"hit\""), 2u);
  EXPECT_THAT(out, HasSubstr("<title>at 0 ms\nfirst: 1\nsecond: 3</title>"));
  EXPECT_THAT(out, HasSubstr(">4</text>"));  // the axis reaches the sum
}

TEST(TimeChart, DrawsALinePerSeriesWithALegend) {
  const std::string out = time_chart(chart_of({1, std::nan(""), 2}, {0, 1, 0}));
  EXPECT_EQ(count_of(out, "class=\"line c0\""), 1u);
  EXPECT_EQ(count_of(out, "class=\"line c1\""), 1u);
  EXPECT_THAT(out, HasSubstr("<ul class=\"legend\">"));
  EXPECT_THAT(out, Not(HasSubstr("nan")));
}

TEST(TimeChart, OfNothingIsStillAChart) {
  EXPECT_THAT(time_chart(chart_of({}, {})), HasSubstr("</svg>"));
}

TEST(DistributionChart, ColoursWhatIsOverTheBudget) {
  LogHistogram histogram;
  histogram.add(10 * kMs);
  histogram.add(200 * kMs);
  Distribution chart{"task",    "c0",      &histogram, 80 * kMs,  10 * kMs,
                     200 * kMs, 200 * kMs, kMs,        1000 * kMs};
  const std::string out = distribution_chart(chart);
  EXPECT_EQ(count_of(out, "class=\"fill c0\""), 1u);
  EXPECT_EQ(count_of(out, "class=\"fill late\""), 1u);
  EXPECT_THAT(out, HasSubstr("budget 80.0 ms</text>"));
}

TEST(ShareBar, GivesEachPartItsWidth) {
  const std::string out = share_bar({{"on time", "on", 3}, {"late", "late", 0}, {"x", "drop", 1}},
                                    "3 of 4 \"on time\"");
  EXPECT_THAT(out, HasSubstr("width:75.000%"));
  EXPECT_THAT(out, HasSubstr("width:25.000%"));
  EXPECT_EQ(count_of(out, "<span"), 2u);
  EXPECT_THAT(out, HasSubstr("aria-label=\"3 of 4 &quot;on time&quot;\""));
}

TEST(RangeChart, SkipsPoliciesThatRanNothing) {
  const std::string out =
      range_chart({"task", {{"slack", 10 * kMs, 20 * kMs, 30 * kMs, 40 * kMs}, {"none"}}});
  EXPECT_EQ(count_of(out, "class=\"fill c0\""), 1u);
  EXPECT_THAT(out, HasSubstr(">none</text>"));
  EXPECT_THAT(range_chart({"task", {{"none"}}}), HasSubstr("Nothing of it ran"));
}

}  // namespace
}  // namespace sluice::telemetry
