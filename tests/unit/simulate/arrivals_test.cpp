#include "simulate/arrivals.hpp"

#include <chrono>
#include <cmath>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::simulate {
namespace {

using base::Duration;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

ArrivalOptions options(ArrivalKind kind, double rate) {
  ArrivalOptions result;
  result.kind = kind;
  result.rate = rate;
  return result;
}

std::vector<Duration> draw(const ArrivalOptions& options, std::uint64_t seed = 1) {
  auto arrivals = make_arrivals(options, seed);
  EXPECT_TRUE(arrivals.has_value()) << arrivals.error().message;
  std::vector<Duration> times;
  while (const auto at = (*arrivals)->next()) {
    times.push_back(*at);
  }
  EXPECT_FALSE((*arrivals)->next().has_value()) << "an ended process stays ended";
  return times;
}

std::size_t between(const std::vector<Duration>& times, Duration from, Duration to) {
  return static_cast<std::size_t>(
      std::count_if(times.begin(), times.end(), [&](Duration t) { return t >= from && t < to; }));
}

TEST(Arrivals, PeriodicIsExact) {
  ArrivalOptions camera = options(ArrivalKind::periodic, 100);
  camera.count = 3;
  camera.start = milliseconds(5);
  EXPECT_THAT(draw(camera), ElementsAre(milliseconds(5), milliseconds(15), milliseconds(25)));
}

TEST(Arrivals, PeriodicDoesNotDrift) {
  ArrivalOptions camera = options(ArrivalKind::periodic, 30);  // a period of 33.3... ms
  camera.count = 30 * 3600 + 1;
  EXPECT_EQ(draw(camera).back(), seconds(3600));
}

TEST(Arrivals, JitterStaysInItsRangeAndInOrder) {
  ArrivalOptions camera = options(ArrivalKind::periodic, 100);
  camera.count = 1000;
  camera.jitter = milliseconds(25);  // more than the period
  const auto times = draw(camera);
  Duration last{0};
  bool moved = false;
  for (std::size_t i = 0; i < times.size(); ++i) {
    EXPECT_GE(times[i], last);
    EXPECT_GE(times[i], due_at(camera, i));
    EXPECT_LT(times[i], due_at(camera, i) + camera.jitter);
    moved = moved || times[i] != due_at(camera, i);
    last = times[i];
  }
  EXPECT_TRUE(moved);
}

TEST(Arrivals, PoissonHasItsRateAndVariance) {
  ArrivalOptions poisson = options(ArrivalKind::poisson, 50);
  poisson.stop = seconds(400);
  const auto times = draw(poisson);
  EXPECT_NEAR(static_cast<double>(times.size()), 20000, 5 * std::sqrt(20000.0));
  double mean = 0;
  double square = 0;
  for (int s = 0; s < 400; ++s) {
    const auto n = static_cast<double>(between(times, seconds(s), seconds(s + 1)));
    mean += n / 400;
    square += n * n / 400;
  }
  EXPECT_NEAR((square - mean * mean) / mean, 1.0, 0.3) << "index of dispersion";
}

TEST(Arrivals, MmppIsBurstier) {
  ArrivalOptions mmpp = options(ArrivalKind::mmpp, 50);
  mmpp.stop = seconds(1000);
  const auto times = draw(mmpp);
  EXPECT_NEAR(static_cast<double>(times.size()), 50000, 5000);
  double mean = 0;
  double square = 0;
  for (int s = 0; s < 1000; ++s) {
    const auto n = static_cast<double>(between(times, seconds(s), seconds(s + 1)));
    mean += n / 1000;
    square += n * n / 1000;
  }
  EXPECT_GT((square - mean * mean) / mean, 5.0);
}

TEST(Arrivals, MmppWithAnIdleStateEnds) {
  ArrivalOptions mmpp = options(ArrivalKind::mmpp, 50);
  mmpp.mmpp_low = 0;
  mmpp.count = 500;
  EXPECT_EQ(draw(mmpp).size(), 500u);
}

TEST(Arrivals, StepAndSpikeChangeTheRateWhereTheySay) {
  ArrivalOptions step = options(ArrivalKind::step, 100);
  step.factor = 4;
  step.at = seconds(50);
  step.stop = seconds(100);
  EXPECT_NEAR(static_cast<double>(between(draw(step), seconds(0), seconds(50))), 5000, 400);
  EXPECT_NEAR(static_cast<double>(between(draw(step), seconds(50), seconds(100))), 20000, 800);

  ArrivalOptions spike = step;
  spike.kind = ArrivalKind::spike;
  spike.length = seconds(10);
  EXPECT_NEAR(static_cast<double>(between(draw(spike), seconds(50), seconds(60))), 4000, 400);
  EXPECT_NEAR(static_cast<double>(between(draw(spike), seconds(60), seconds(100))), 4000, 400);
}

TEST(Arrivals, AStepToNothingEndsTheProcess) {
  ArrivalOptions step = options(ArrivalKind::step, 100);
  step.factor = 0;
  step.at = seconds(1);
  step.count = 1000000;
  const auto times = draw(step);
  ASSERT_FALSE(times.empty());
  EXPECT_LT(times.back(), seconds(1));
}

TEST(Arrivals, TraceIsReplayedWithinStartAndStop) {
  ArrivalOptions trace;
  trace.kind = ArrivalKind::trace;
  trace.times = {milliseconds(1), milliseconds(2), milliseconds(2), milliseconds(7)};
  EXPECT_EQ(draw(trace), trace.times);
  trace.start = milliseconds(2);
  trace.stop = milliseconds(7);
  EXPECT_THAT(draw(trace), ElementsAre(milliseconds(2), milliseconds(2)));
  trace.count = 1;
  EXPECT_THAT(draw(trace), ElementsAre(milliseconds(2)));
}

TEST(Arrivals, SameSeedSameTimesAnotherSeedOthers) {
  for (const ArrivalKind kind : {ArrivalKind::poisson, ArrivalKind::mmpp}) {
    ArrivalOptions process = options(kind, 100);
    process.count = 200;
    EXPECT_EQ(draw(process, 7), draw(process, 7));
    EXPECT_NE(draw(process, 7), draw(process, 8));
  }
}

// Pins the generator: a change here changes every published number.
TEST(Arrivals, AreTheSameOnEveryPlatform) {
  ArrivalOptions poisson = options(ArrivalKind::poisson, 100);
  poisson.count = 3;
  std::vector<std::int64_t> microseconds;
  for (const Duration t : draw(poisson, 42)) {
    microseconds.push_back(t.count() / 1000);
  }
  EXPECT_THAT(microseconds, ElementsAre(14071, 24260, 38210));
}

TEST(Arrivals, RefusesWhatCannotBe) {
  const auto message = [](const std::function<void(ArrivalOptions&)>& change) {
    ArrivalOptions process = options(ArrivalKind::poisson, 10);
    change(process);
    const auto made = make_arrivals(process, 1);
    return made ? std::string("accepted") : made.error().message;
  };
  EXPECT_THAT(message([](auto& o) { o.rate = 0; }), HasSubstr("rate: must be above 0"));
  EXPECT_THAT(message([](auto& o) { o.rate = -3; }), HasSubstr("is -3"));
  EXPECT_THAT(message([](auto& o) { o.rate = std::nan(""); }), HasSubstr("rate"));
  EXPECT_THAT(message([](auto& o) { o.start = -milliseconds(1); }), HasSubstr("start"));
  EXPECT_THAT(message([](auto& o) { o.jitter = -milliseconds(1); }), HasSubstr("jitter"));
  EXPECT_THAT(message([](auto& o) {
                o.kind = ArrivalKind::mmpp;
                o.mmpp_high = 0;
                o.mmpp_low = 0;
              }),
              HasSubstr("not both 0"));
  EXPECT_THAT(message([](auto& o) {
                o.kind = ArrivalKind::mmpp;
                o.mmpp_sojourn = Duration(0);
              }),
              HasSubstr("sojourn"));
  EXPECT_THAT(message([](auto& o) {
                o.kind = ArrivalKind::step;
                o.factor = -1;
              }),
              HasSubstr("factor"));
  EXPECT_THAT(message([](auto& o) { o.kind = ArrivalKind::spike; }), HasSubstr("length"));
  EXPECT_THAT(message([](auto& o) {
                o.kind = ArrivalKind::trace;
                o.times = {milliseconds(2), milliseconds(1)};
              }),
              HasSubstr("times[1]: 1 ms is before"));
  EXPECT_THAT(message([](auto& o) {
                o.kind = ArrivalKind::trace;
                o.times = {-milliseconds(2)};
              }),
              HasSubstr("times[0]: -2 ms is negative"));
}

TEST(Arrivals, AbsurdlyRareArrivalsNeverCome) {
  ArrivalOptions camera = options(ArrivalKind::periodic, 1e-300);
  camera.count = 2;
  EXPECT_THAT(draw(camera), ElementsAre(Duration(0)));
  EXPECT_EQ(period_of(camera), base::kForever);
}

TEST(Arrivals, KindsHaveNames) {
  for (const ArrivalKind kind : {ArrivalKind::periodic, ArrivalKind::poisson, ArrivalKind::mmpp,
                                 ArrivalKind::step, ArrivalKind::spike, ArrivalKind::trace}) {
    EXPECT_EQ(arrival_kind_from(to_string(kind)), kind);
  }
  EXPECT_FALSE(arrival_kind_from("sometimes").has_value());
}

}  // namespace
}  // namespace sluice::simulate
