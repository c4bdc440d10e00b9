#include "monitor/pressure.hpp"

#include <cmath>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::monitor {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

PressureInput celsius(double temperature) {
  return {temperature, std::nullopt, false};
}

// Defaults: heat from 80 to 95 °C, margin 0.1, falls after 5 s, from 1 to 0 in 20 s.
PressureController controller(const PressureOptions& options = {}) {
  auto created = PressureController::create(options);
  EXPECT_TRUE(created) << created.error().message;
  return *created;
}

TEST(WantedPressure, GrowsWithHeat) {
  const PressureOptions options;
  EXPECT_EQ(wanted_pressure(options, {}), 0);
  EXPECT_EQ(wanted_pressure(options, celsius(80)), 0);
  EXPECT_DOUBLE_EQ(wanted_pressure(options, celsius(87.5)), 0.5);
  EXPECT_EQ(wanted_pressure(options, celsius(95)), 1);
  EXPECT_EQ(wanted_pressure(options, celsius(120)), 1);
}

TEST(WantedPressure, IsTheWorstOfHeatThrottlingAndPower) {
  PressureOptions options;
  EXPECT_EQ(wanted_pressure(options, {80.0, 100.0, true}), 0.5);
  EXPECT_EQ(wanted_pressure(options, {95.0, 100.0, true}), 1);
  EXPECT_EQ(wanted_pressure(options, {std::nullopt, 100.0, false}), 0);  // no budget
  options.power_budget_w = 10;
  EXPECT_EQ(wanted_pressure(options, {std::nullopt, 9.0, false}), 0);
  EXPECT_DOUBLE_EQ(wanted_pressure(options, {std::nullopt, 10.0, false}), 0.5);
  EXPECT_EQ(wanted_pressure(options, {std::nullopt, 11.0, true}), 1);
}

TEST(PressureController, RisesAtOnce) {
  PressureController pressure = controller();
  EXPECT_EQ(pressure.update(celsius(60), base::Time(0s)), 0);
  EXPECT_DOUBLE_EQ(pressure.update(celsius(87.5), base::Time(1s)), 0.5);
  EXPECT_EQ(pressure.update(celsius(95), base::Time(1s)), 1);
}

TEST(PressureController, FallsAfterAWhileAndSlowly) {
  PressureController pressure = controller();
  pressure.update(celsius(95), base::Time(0s));
  EXPECT_EQ(pressure.update(celsius(60), base::Time(10s)), 1);
  EXPECT_EQ(pressure.update(celsius(60), base::Time(14s)), 1);
  EXPECT_EQ(pressure.update(celsius(60), base::Time(15s)), 1);
  EXPECT_DOUBLE_EQ(pressure.update(celsius(60), base::Time(16s)), 0.95);
  EXPECT_DOUBLE_EQ(pressure.update(celsius(60), base::Time(26s)), 0.45);
  EXPECT_EQ(pressure.update(celsius(60), base::Time(100s)), 0);
}

TEST(PressureController, DoesNotFallBelowWhatIsWanted) {
  PressureController pressure = controller();
  pressure.update(celsius(95), base::Time(0s));
  pressure.update(celsius(87.5), base::Time(1s));
  EXPECT_DOUBLE_EQ(pressure.update(celsius(87.5), base::Time(1000s)), 0.5);
}

TEST(PressureController, ANewPeakStartsTheWaitAnew) {
  PressureController pressure = controller();
  pressure.update(celsius(95), base::Time(0s));
  pressure.update(celsius(60), base::Time(1s));
  pressure.update(celsius(96), base::Time(5s));
  EXPECT_EQ(pressure.update(celsius(60), base::Time(7s)), 1);
  EXPECT_EQ(pressure.update(celsius(60), base::Time(11s)), 1);
  EXPECT_LT(pressure.update(celsius(60), base::Time(13s)), 1);
}

// A temperature that swings by a degree around a level must not swing the scheduler.
TEST(PressureController, DoesNotFlap) {
  PressureController pressure = controller();
  const double level = pressure.update(celsius(88), base::Time(0s));
  for (int second = 1; second < 600; ++second) {
    EXPECT_EQ(pressure.update(celsius(second % 2 == 0 ? 88 : 87), base::Time(1s * second)), level);
  }
}

TEST(PressureController, TheLastBitGoesToo) {
  PressureController pressure = controller();
  pressure.update(celsius(80.9), base::Time(0s));  // less than the margin
  ASSERT_GT(pressure.pressure(), 0);
  pressure.update(celsius(79), base::Time(1s));
  EXPECT_EQ(pressure.update(celsius(79), base::Time(60s)), 0);
}

TEST(PressureController, FallsAtOnceWhenToldTo) {
  PressureOptions options;
  options.fall_after = 0s;
  options.fall_time = 0s;
  PressureController pressure = controller(options);
  pressure.update(celsius(95), base::Time(0s));
  EXPECT_EQ(pressure.update(celsius(60), base::Time(0s)), 0);
}

TEST(PressureController, RefusesImpossibleOptions) {
  struct Bad {
    const char* named;
    std::function<void(PressureOptions&)> spoil;
  };
  const Bad cases[] = {
      {"temperature_low_c", [](auto& o) { o.temperature_low_c = 95; }},
      {"temperature_high_c", [](auto& o) { o.temperature_high_c = NAN; }},
      {"throttled", [](auto& o) { o.throttled = 1.5; }},
      {"fall_margin", [](auto& o) { o.fall_margin = -0.1; }},
      {"power_budget_w", [](auto& o) { o.power_budget_w = -5; }},
      {"fall_after", [](auto& o) { o.fall_after = -1s; }},
  };
  for (const Bad& bad : cases) {
    PressureOptions options;
    bad.spoil(options);
    const auto created = PressureController::create(options);
    ASSERT_FALSE(created) << bad.named;
    EXPECT_THAT(created.error().message, HasSubstr(bad.named));
  }
}

}  // namespace
}  // namespace sluice::monitor
