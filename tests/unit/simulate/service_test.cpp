#include "simulate/service.hpp"

#include <chrono>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::simulate {
namespace {

using base::Duration;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

std::unique_ptr<Service> make(const ServiceOptions& options, std::uint64_t seed = 1) {
  auto service = make_service(options, seed);
  EXPECT_TRUE(service.has_value()) << service.error().message;
  return std::move(*service);
}

ServiceOptions affine(Duration base, Duration per_item) {
  ServiceOptions options;
  options.base = base;
  options.per_item = per_item;
  return options;
}

TEST(Service, ConstantIsAffineInTheBatch) {
  const auto service = make(affine(milliseconds(10), milliseconds(3)));
  EXPECT_EQ(service->draw(), 1.0);
  EXPECT_EQ(service->time(1, 1, Duration(0)), milliseconds(13));
  EXPECT_EQ(service->time(4, 1, Duration(0)), milliseconds(22));
  EXPECT_EQ(service->time(4, 0.5, Duration(0)), milliseconds(11));
}

TEST(Service, LognormalHasItsMeanAndSpread) {
  ServiceOptions options = affine(milliseconds(10), Duration(0));
  options.kind = ServiceKind::lognormal;
  options.cv = 0.5;
  const auto service = make(options);
  const int n = 100000;
  double sum = 0;
  double square = 0;
  for (int i = 0; i < n; ++i) {
    const double factor = service->draw();
    ASSERT_GT(factor, 0);
    sum += factor;
    square += factor * factor;
  }
  const double mean = sum / n;
  EXPECT_NEAR(mean, 1.0, 0.01);
  EXPECT_NEAR(std::sqrt(square / n - mean * mean) / mean, 0.5, 0.02);
}

TEST(Service, EmpiricalDrawsTheSamplesAndScalesBatches) {
  ServiceOptions options;
  options.kind = ServiceKind::empirical;
  options.samples = {milliseconds(10), milliseconds(30)};
  const auto plain = make(options);
  bool seen[2] = {false, false};
  for (int i = 0; i < 100; ++i) {
    const Duration time = plain->time(1, plain->draw(), Duration(0));
    ASSERT_TRUE(time == milliseconds(10) || time == milliseconds(30)) << time.count();
    seen[time == milliseconds(30) ? 1 : 0] = true;
  }
  EXPECT_TRUE(seen[0] && seen[1]);
  EXPECT_EQ(plain->time(3, 0.5, Duration(0)), milliseconds(30)) << "no cost given: n times";

  options.base = milliseconds(3);
  options.per_item = milliseconds(1);
  EXPECT_EQ(make(options)->time(5, 0.5, Duration(0)), milliseconds(20)) << "10 ms * 8 / 4";
}

TEST(Service, DriftSlowsDownAndHasAFloor) {
  ServiceOptions options = affine(milliseconds(10), Duration(0));
  options.drift_per_second = 0.1;
  EXPECT_EQ(make(options)->time(1, 1, seconds(5)), milliseconds(15));
  options.drift_per_second = -0.1;
  EXPECT_EQ(make(options)->time(1, 1, seconds(5)), milliseconds(5));
  EXPECT_EQ(make(options)->time(1, 1, seconds(500)), milliseconds(1));
  EXPECT_EQ(mean_time(options, 1, seconds(5)), milliseconds(5));
}

TEST(Service, IsDeterministicForASeed) {
  ServiceOptions options = affine(milliseconds(10), Duration(0));
  options.kind = ServiceKind::lognormal;
  options.cv = 1;
  EXPECT_EQ(make(options, 5)->draw(), make(options, 5)->draw());
  EXPECT_NE(make(options, 5)->draw(), make(options, 6)->draw());
}

TEST(Service, RefusesWhatCannotBe) {
  const auto message = [](const ServiceOptions& options) {
    const auto made = make_service(options, 1);
    return made ? std::string("accepted") : made.error().message;
  };
  EXPECT_THAT(message(affine(Duration(0), Duration(0))), HasSubstr("above 0"));
  EXPECT_THAT(message(affine(-milliseconds(1), milliseconds(5))), HasSubstr("base"));
  EXPECT_THAT(message(affine(milliseconds(5), -milliseconds(1))), HasSubstr("per_item"));
  ServiceOptions options = affine(milliseconds(1), Duration(0));
  options.drift_per_second = std::nan("");
  EXPECT_THAT(message(options), HasSubstr("drift"));
  options = affine(milliseconds(1), Duration(0));
  options.kind = ServiceKind::lognormal;
  options.cv = -1;
  EXPECT_THAT(message(options), HasSubstr("cv"));
  options.kind = ServiceKind::empirical;
  EXPECT_THAT(message(options), HasSubstr("at least one"));
  options.samples = {milliseconds(1), Duration(0)};
  EXPECT_THAT(message(options), HasSubstr("samples[1]"));
}

TEST(FitService, FindsTheAffineCost) {
  const std::vector<MeasuredBatch> batches = {
      {1, milliseconds(12)}, {2, milliseconds(14)}, {4, milliseconds(18)}, {1, milliseconds(12)}};
  const ServiceOptions fitted = fit_service(batches);
  EXPECT_NEAR(base::to_ms(fitted.base), 10, 1e-3);
  EXPECT_NEAR(base::to_ms(fitted.per_item), 2, 1e-3);
}

TEST(FitService, NeverGoesBelowZero) {
  const std::vector<MeasuredBatch> falling = {{1, milliseconds(20)}, {2, milliseconds(10)}};
  EXPECT_EQ(fit_service(falling).per_item, Duration(0));
  EXPECT_EQ(fit_service(falling).base, milliseconds(15));
  const std::vector<MeasuredBatch> steep = {{1, milliseconds(1)}, {2, milliseconds(20)}};
  EXPECT_EQ(fit_service(steep).base, Duration(0));
  EXPECT_EQ(fit_service(steep).per_item, milliseconds(7));
}

TEST(FitService, OneSizeCountsPerItem) {
  const std::vector<MeasuredBatch> batches = {{2, milliseconds(20)}, {2, milliseconds(22)}};
  EXPECT_EQ(fit_service(batches).base, Duration(0));
  EXPECT_EQ(fit_service(batches).per_item, milliseconds(10) + std::chrono::microseconds(500));
  EXPECT_EQ(fit_service({}).base, Duration(0));
}

}  // namespace
}  // namespace sluice::simulate
