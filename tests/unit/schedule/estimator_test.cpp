#include "schedule/estimator.hpp"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "driver.hpp"

namespace sluice::schedule {
namespace {

SchedulerOptions one_model(std::uint32_t max_batch, Duration base = Duration{0},
                           Duration per_item = Duration{0}) {
  SchedulerOptions options;
  ModelOptions model;
  model.name = "m";
  model.max_batch = max_batch;
  model.profile_base = base;
  model.profile_per_item = per_item;
  options.models.push_back(model);
  return options;
}

TEST(Estimator, KnowsNothingWithoutProfileOrMeasurement) {
  const Estimator estimator(one_model(2));
  EXPECT_EQ(estimator.batch(0, 1), Duration{0});
  EXPECT_EQ(estimator.batch(0, 2), Duration{0});
}

TEST(Estimator, StartsFromTheProfile) {
  const Estimator estimator(one_model(4, ms(10), ms(2)));
  EXPECT_EQ(estimator.batch(0, 1), ms(12));
  EXPECT_EQ(estimator.batch(0, 4), ms(18));
}

TEST(Estimator, FirstMeasurementReplacesTheProfileAndKeepsItsShape) {
  Estimator estimator(one_model(4, ms(10), ms(2)));
  estimator.add(0, 1, ms(24));
  EXPECT_EQ(estimator.batch(0, 1), ms(24));
  EXPECT_EQ(estimator.batch(0, 4), ms(36));
}

TEST(Estimator, UnmeasuredSizesFollowTheFitOfMeasuredOnes) {
  Estimator estimator(one_model(8));
  estimator.add(0, 1, ms(5));
  estimator.add(0, 4, ms(11));
  EXPECT_NEAR(base::to_ms(estimator.batch(0, 8)), 19, 0.001);
  EXPECT_NEAR(base::to_ms(estimator.batch(0, 2)), 7, 0.001);
}

TEST(Estimator, PredictsTheChosenQuantile) {
  SchedulerOptions options = one_model(1);
  options.estimate_quantile = 0.75;
  options.estimate_window = 100;
  Estimator estimator(options);
  for (int i = 1; i <= 100; ++i) {
    estimator.add(0, 1, ms(i));
  }
  EXPECT_EQ(estimator.batch(0, 1), ms(75));
}

TEST(Estimator, OneOutlierDoesNotBecomeThePrediction) {
  Estimator estimator(one_model(1));
  estimator.add(0, 1, ms(10));
  estimator.add(0, 1, ms(900));
  EXPECT_EQ(estimator.batch(0, 1), ms(10));
  estimator.add(0, 1, ms(11));
  EXPECT_EQ(estimator.batch(0, 1), ms(11));
}

TEST(Estimator, FollowsDriftWithinOneWindow) {
  SchedulerOptions options = one_model(1);
  options.estimate_window = 16;
  Estimator estimator(options);
  for (int i = 0; i < 50; ++i) {
    estimator.add(0, 1, ms(10));
  }
  for (int i = 0; i < 16; ++i) {
    estimator.add(0, 1, ms(30));
  }
  EXPECT_EQ(estimator.batch(0, 1), ms(30));
  for (int i = 0; i < 16; ++i) {
    estimator.add(0, 1, ms(10));
  }
  EXPECT_EQ(estimator.batch(0, 1), ms(10));
}

TEST(HintCalibration, ExactHintsPassUnchanged) {
  HintCalibration calibration;
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> service(0, 0.5);
  for (int i = 0; i < 500; ++i) {
    const Duration time = ms(10 * service(random));
    calibration.add(time, time);
  }
  for (const double value : {1.0, 9.999999, 10.0, 25.5}) {
    EXPECT_EQ(calibration.apply(ms(value)), ms(value));
  }
}

TEST(HintCalibration, UselessHintsShrinkToTheMean) {
  HintCalibration calibration;
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> noise(0, 0.2);
  for (int i = 0; i < 500; ++i) {
    calibration.add(ms(10 * noise(random)), ms(10));
  }
  EXPECT_NEAR(base::to_ms(calibration.apply(ms(5))), 10, 0.3);
  EXPECT_NEAR(base::to_ms(calibration.apply(ms(20))), 10, 0.3);
}

TEST(HintCalibration, CorrectsABias) {
  HintCalibration calibration;
  for (int i = 0; i < 50; ++i) {
    calibration.add(ms(10), ms(13));
  }
  EXPECT_NEAR(base::to_ms(calibration.apply(ms(10))), 13, 0.01);
}

}  // namespace
}  // namespace sluice::schedule
