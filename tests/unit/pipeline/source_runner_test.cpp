#include "pipeline/source_runner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/manual_clock.hpp"
#include "doubles.hpp"

namespace sluice::pipeline {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

std::vector<TaskSource> one(std::vector<base::Duration> due, base::Duration period = {}) {
  std::vector<TaskSource> sources;
  sources.push_back({1, std::make_unique<FakeSource>("a", std::move(due), period)});
  return sources;
}

TEST(SourceRunner, SubmitsWhenTheClockSaysSo) {
  Notes notes;
  base::ManualClock clock;
  clock.set(base::Time(1000ms));
  SourceRunner runner({}, one({0ms, 10ms, 3600s}), notes, clock);
  EXPECT_THAT(notes.wait_for(1), ElementsAre("a#0@1000 for 1"));
  clock.advance(10ms);
  runner.wake();
  EXPECT_THAT(notes.wait_for(1), ElementsAre("a#1@1010 for 1"));
  clock.advance(3600s);
  runner.wake();
  runner.wait();
  EXPECT_THAT(notes.take(), ElementsAre("a#2@3601000 for 1"));
  ASSERT_EQ(runner.counts().size(), 1u);
  EXPECT_EQ(runner.counts()[0].submitted, 3u);
}

TEST(SourceRunner, RunsOnRealTime) {
  Notes notes;
  const base::SteadyClock clock;
  const base::Time start = clock.now();
  SourceRunner runner({}, one({0ms, 5ms, 10ms}), notes, clock);
  runner.wait();
  EXPECT_GE(clock.now() - start, 10ms);
  EXPECT_EQ(runner.counts()[0].submitted, 3u);
  EXPECT_TRUE(runner.wait_for(0ms));
}

TEST(SourceRunner, StopsWhileItWaits) {
  Notes notes;
  const base::ManualClock clock;
  SourceRunner runner({}, one({0ms, 3600s}, 3600s), notes, clock);
  EXPECT_THAT(notes.wait_for(3), ElementsAre("announce 1 0", "a#0@0 for 1", "announce 1 3600000"));
  EXPECT_FALSE(runner.wait_for(0ms));
  runner.stop();
  runner.wait();
  EXPECT_THAT(notes.take(), ElementsAre("announce 1 never"));
  EXPECT_EQ(runner.counts()[0].submitted, 1u);
}

TEST(SourceRunner, EndsWithItsObject) {
  Notes notes;
  const base::ManualClock clock;
  { const SourceRunner runner({}, one({3600s}), notes, clock); }
  EXPECT_TRUE(notes.take().empty());
}

TEST(SourceRunner, HasEndedWithoutSources) {
  Notes notes;
  const base::ManualClock clock;
  SourceRunner runner({}, {}, notes, clock);
  runner.wait();
  EXPECT_TRUE(runner.counts().empty());
}

}  // namespace
}  // namespace sluice::pipeline
