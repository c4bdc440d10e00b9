#include "serve/observer_histogram.hpp"

#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "serve/observer_calls.hpp"

namespace sluice::serve {
namespace {

using base::Duration;

TEST(MetricHistogram, CountsUpToAndWithItsBounds) {
  MetricHistogram histogram;
  for (const std::int64_t ns : {0, 100'000, 100'001, 20'000'000}) histogram.add(Duration(ns));
  EXPECT_EQ(histogram.bin(0), 2u);
  EXPECT_EQ(histogram.bin(1), 1u);
  EXPECT_EQ(histogram.bin(7), 1u);
  EXPECT_EQ(histogram.count(), 4u);
  EXPECT_EQ(histogram.sum(), Duration(20'200'001));
  histogram.add(std::chrono::minutes(1));
  EXPECT_EQ(histogram.bin(MetricHistogram::kBounds.size()), 1u);
}

TEST(FineHistogram, IsEmptyAtFirst) {
  const FineHistogram histogram;
  EXPECT_FALSE(histogram.percentile(50));
  EXPECT_FALSE(histogram.max());
}

RC_GTEST_PROP(FineHistogram, GivesNearestRanksWithinThreePercent, ()) {
  auto values = *rc::gen::nonEmpty(
      rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(1, 1ll << 36)));
  FineHistogram a;
  FineHistogram b;
  for (std::size_t i = 0; i < values.size(); ++i) (i % 2 == 0 ? a : b).add(Duration(values[i]));
  a.merge(b);
  std::sort(values.begin(), values.end());
  RC_ASSERT(a.count() == values.size());
  RC_ASSERT(a.max() == Duration(values.back()));
  for (const unsigned percent : {50u, 95u, 99u, 100u}) {
    const auto exact = static_cast<double>(values[(percent * values.size() + 99) / 100 - 1]);
    const auto got = static_cast<double>(a.percentile(percent)->count());
    RC_ASSERT(std::abs(got - exact) <= exact / 32 + 64);
  }
}

TEST(FineHistogram, PutsWhatIsBeyondItsEndIntoTheLastBin) {
  FineHistogram histogram;
  histogram.add(std::chrono::hours(2));
  histogram.add(Duration(-5));
  EXPECT_GE(*histogram.percentile(100), std::chrono::seconds(60));
  EXPECT_EQ(histogram.max(), std::chrono::hours(2));
}

}  // namespace
}  // namespace sluice::serve
