#include "camera/feed_camera.hpp"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/manual_clock.hpp"
#include "doubles.hpp"

namespace sluice::camera {
namespace {

using base::ErrorCode;
using std::chrono::milliseconds;
using testing::HasSubstr;
using Entry = ScriptedFeed::Entry;

Entry failure(ErrorCode code, const char* message) {
  return base::fail(code, "{}", message);
}

// Each attempt to connect takes the next of the scripts; without one it fails.
class FeedCameraTest : public testing::Test {
 protected:
  FeedCamera make() {
    return {"front",
            [this]() -> base::Result<std::unique_ptr<Feed>> {
              ++attempts_;
              if (scripts_.empty()) return base::fail(ErrorCode::unavailable, "nobody is there");
              auto feed = std::make_unique<ScriptedFeed>(std::move(scripts_.front()));
              scripts_.pop_front();
              return feed;
            },
            {.first = milliseconds(100), .longest = milliseconds(400)},
            clock_};
  }

  base::ManualClock clock_;
  std::deque<std::deque<Entry>> scripts_;
  int attempts_ = 0;
};

TEST_F(FeedCameraTest, ConnectsWhenFirstAskedAndGivesWhatComes) {
  scripts_ = {{number_sample(1), number_sample(2)}};
  FeedCamera camera = make();
  EXPECT_EQ(attempts_, 0);
  EXPECT_EQ(text_of(camera.next(kNow)), "1");
  EXPECT_EQ(text_of(camera.next(kNow)), "2");
  EXPECT_EQ(attempts_, 1);
  const Statistics statistics = camera.statistics();
  EXPECT_EQ(statistics.samples, 2u);
  EXPECT_EQ(statistics.captured, at_ms(2));
  EXPECT_EQ(statistics.reconnects, 0u);
  EXPECT_FALSE(statistics.failed);
}

TEST_F(FeedCameraTest, TriesAgainOnlyWhenTheBackoffAllows) {
  FeedCamera camera = make();
  EXPECT_EQ(text_of(camera.next(kNow)), "camera front: nobody is there");
  EXPECT_TRUE(camera.statistics().failed);
  for (const int wait : {100, 200, 400, 400}) {
    const int before = attempts_;
    clock_.advance(milliseconds(wait - 1));
    EXPECT_THAT(text_of(camera.next(kNow)), HasSubstr("nobody is there; the next attempt is in"));
    EXPECT_EQ(attempts_, before) << wait;
    clock_.advance(milliseconds(1));
    EXPECT_EQ(text_of(camera.next(kNow)), "camera front: nobody is there");
    EXPECT_EQ(attempts_, before + 1) << wait;
  }
  scripts_ = {{number_sample(7)}};
  clock_.advance(milliseconds(400));
  EXPECT_EQ(text_of(camera.next(kNow)), "7");
  EXPECT_FALSE(camera.statistics().failed);
  EXPECT_EQ(camera.statistics().error, "nobody is there");
}

TEST_F(FeedCameraTest, ConnectsAnewWhenTheConnectionIsLost) {
  for (const Entry& loss : {Entry(std::nullopt), failure(ErrorCode::io, "cut off")}) {
    attempts_ = 0;
    scripts_ = {{number_sample(1), loss}, {number_sample(2)}};
    FeedCamera camera = make();
    EXPECT_EQ(text_of(camera.next(kNow)), "1");
    EXPECT_EQ(camera.next(kNow).error().code, ErrorCode::unavailable);
    EXPECT_TRUE(camera.statistics().failed);
    clock_.advance(milliseconds(99));
    EXPECT_FALSE(camera.next(kNow));
    EXPECT_EQ(attempts_, 1);
    clock_.advance(milliseconds(1));
    EXPECT_EQ(text_of(camera.next(kNow)), "2");
    EXPECT_EQ(camera.statistics().reconnects, 1u);
  }
}

TEST_F(FeedCameraTest, AServerThatAcceptsAndClosesIsNotStormed) {
  scripts_ = {{std::nullopt}, {std::nullopt}, {std::nullopt}};
  FeedCamera camera = make();
  EXPECT_FALSE(camera.next(kNow));
  clock_.advance(milliseconds(100));
  EXPECT_FALSE(camera.next(kNow));
  EXPECT_EQ(attempts_, 2);
  // The wait doubles although the connection was made.
  clock_.advance(milliseconds(199));
  EXPECT_FALSE(camera.next(kNow));
  EXPECT_EQ(attempts_, 2);
  clock_.advance(milliseconds(1));
  EXPECT_FALSE(camera.next(kNow));
  EXPECT_EQ(attempts_, 3);
}

TEST_F(FeedCameraTest, ABrokenSampleLosesThatSampleOnly) {
  scripts_ = {{failure(ErrorCode::invalid, "corrupt"), number_sample(2)}};
  FeedCamera camera = make();
  const auto broken = camera.next(kNow);
  EXPECT_EQ(broken.error().code, ErrorCode::invalid);
  EXPECT_EQ(broken.error().message, "camera front: corrupt");
  EXPECT_EQ(camera.statistics().lost, 1u);
  EXPECT_EQ(text_of(camera.next(kNow)), "2");
  EXPECT_EQ(attempts_, 1);
}

TEST_F(FeedCameraTest, SilenceIsNoFailure) {
  scripts_ = {{failure(ErrorCode::unavailable, "nothing in time"), number_sample(2)}};
  FeedCamera camera = make();
  EXPECT_EQ(text_of(camera.next(kNow)), "camera front: nothing in time");
  EXPECT_FALSE(camera.statistics().failed);
  EXPECT_EQ(text_of(camera.next(kNow)), "2");
}

TEST_F(FeedCameraTest, WhatHasNoConnectionEnds) {
  FeedCamera camera("file",
                    std::make_unique<ScriptedFeed>(
                        std::deque<Entry>{number_sample(1), std::nullopt, std::nullopt}),
                    {}, clock_);
  EXPECT_EQ(text_of(camera.next(kNow)), "1");
  EXPECT_EQ(text_of(camera.next(kNow)), "end");
  EXPECT_EQ(text_of(camera.next(kNow)), "end");
}

TEST_F(FeedCameraTest, AnInterruptionEndsTheWaitForTheNextAttempt) {
  FeedCamera camera = make();
  EXPECT_FALSE(camera.next(kNow));
  // The clock stands still: without the interruption this would wait for a day.
  std::thread interrupter([&camera] { camera.interrupt(); });
  while (text_of(camera.next(std::chrono::hours(24))) != "camera front: interrupted") {
  }
  interrupter.join();
  EXPECT_EQ(text_of(camera.next(kNow)), "camera front: interrupted");
}

}  // namespace
}  // namespace sluice::camera
