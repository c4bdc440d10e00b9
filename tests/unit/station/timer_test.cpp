#include "station/timer.hpp"

#include <gtest/gtest.h>

namespace sluice::station {
namespace {

using namespace std::chrono_literals;  // NOLINT: test code

constexpr base::Time kStart{base::Duration(7)};

TEST(Timer, TicksAtMultiplesOfItsPeriod) {
  Timer timer(10s, kStart);
  EXPECT_FALSE(timer.due(kStart));
  EXPECT_FALSE(timer.due(kStart + 10s - 1ns));
  EXPECT_TRUE(timer.due(kStart + 10s));
  EXPECT_FALSE(timer.due(kStart + 11s));
  EXPECT_EQ(timer.next(), kStart + 20s);
  EXPECT_TRUE(timer.due(kStart + 23s));
  EXPECT_EQ(timer.next(), kStart + 30s) << "being late does not shift it";
}

TEST(Timer, MakesOneTickOfThoseThatWereMissed) {
  Timer timer(10s, kStart);
  EXPECT_TRUE(timer.due(kStart + 35s));
  EXPECT_FALSE(timer.due(kStart + 35s));
  EXPECT_FALSE(timer.due(kStart + 39s));
  EXPECT_TRUE(timer.due(kStart + 40s));
}

TEST(Timer, NeverTicksWithoutAPeriod) {
  Timer timer(base::kForever, kStart);
  EXPECT_FALSE(timer.due(kStart + 24h * 365));
  EXPECT_EQ(timer.next(), base::kNever);
}

}  // namespace
}  // namespace sluice::station
