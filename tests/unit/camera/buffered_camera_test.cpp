#include "camera/buffered_camera.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doubles.hpp"

namespace sluice::camera {
namespace {

using base::ErrorCode;
using Keep = BufferedCamera::Keep;
using Given = base::Result<std::optional<Sample>>;

constexpr base::Duration kLong = std::chrono::minutes(1);

/// Gives what the test hands it, when it does; knows how often it was asked.
class HandCamera final : public Camera {
 public:
  Given next(base::Duration) override {
    std::unique_lock lock(mutex_);
    ++asked_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !given_.empty() || interrupted_; });
    if (interrupted_) return base::fail(ErrorCode::unavailable, "interrupted");
    Given sample = std::move(given_.front());
    given_.pop_front();
    return sample;
  }
  void interrupt() override {
    const std::lock_guard lock(mutex_);
    interrupted_ = true;
    changed_.notify_all();
  }
  [[nodiscard]] Statistics statistics() const override {
    const std::lock_guard lock(mutex_);
    return {.failed = failed_, .error = failed_ ? "cable cut" : ""};
  }

  void give(Given sample) {
    const std::lock_guard lock(mutex_);
    given_.push_back(std::move(sample));
    changed_.notify_all();
  }
  void set_failed(bool failed) {
    const std::lock_guard lock(mutex_);
    failed_ = failed;
  }
  /// Until it is asked for sample `count`, so that all before are in the buffer.
  void wait_until_asked(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return asked_ >= count; });
  }
  int asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Given> given_;
  int asked_ = 0;
  bool interrupted_ = false;
  bool failed_ = false;
};

class BufferedCameraTest : public testing::Test {
 protected:
  void start(Keep keep, std::size_t capacity = 1) {
    auto inner = std::make_unique<HandCamera>();
    inner_ = inner.get();
    camera_ = std::make_unique<BufferedCamera>("front", std::move(inner), keep, capacity);
  }
  void give(int from, int to) {
    for (int i = from; i <= to; ++i) inner_->give(number_sample(static_cast<float>(i)));
  }
  std::string next(base::Duration timeout = kLong) { return text_of(camera_->next(timeout)); }

  HandCamera* inner_ = nullptr;
  std::unique_ptr<BufferedCamera> camera_;
};

TEST_F(BufferedCameraTest, LatestGivesTheNewestAndCountsWhatItReplaced) {
  start(Keep::latest);
  give(1, 5);
  inner_->wait_until_asked(6);
  EXPECT_EQ(next(), "5");
  EXPECT_EQ(camera_->statistics().replaced, 4u);
  EXPECT_EQ(camera_->statistics().lost, 0u);
  // Not the same one again.
  EXPECT_EQ(next(kNow), "camera front: no sample within 0.0 s");
  give(6, 6);
  EXPECT_EQ(next(), "6");
}

TEST_F(BufferedCameraTest, EveryLiveSampleInItsTurnButTheOldestGoesWhenItIsFull) {
  start(Keep::every_live, 3);
  give(1, 5);
  inner_->wait_until_asked(6);
  EXPECT_EQ(next(), "3");
  EXPECT_EQ(next(), "4");
  EXPECT_EQ(next(), "5");
  EXPECT_EQ(camera_->statistics().lost, 2u);
  EXPECT_EQ(camera_->statistics().replaced, 0u);
}

TEST_F(BufferedCameraTest, AFileWaitsWhileTheBufferIsFull) {
  start(Keep::every, 2);
  give(1, 9);
  inner_->give(std::nullopt);
  std::string all;
  for (int i = 1; i <= 9; ++i) {
    // Taken: i - 1; in the buffer: at most 2; in the thread's hand: one.
    EXPECT_LE(inner_->asked(), i + 2);
    all += next();
  }
  EXPECT_EQ(all, "123456789");
  EXPECT_EQ(next(), "end");
  EXPECT_EQ(next(kNow), "end");
  EXPECT_EQ(camera_->statistics().lost, 0u);
}

TEST_F(BufferedCameraTest, ABrokenSampleIsReportedInItsTurn) {
  start(Keep::every, 4);
  give(1, 1);
  inner_->give(base::fail(ErrorCode::invalid, "corrupt"));
  give(3, 3);
  EXPECT_EQ(next(), "1");
  EXPECT_EQ(next(), "corrupt");
  EXPECT_EQ(next(), "3");
}

TEST_F(BufferedCameraTest, ABrokenSampleNeverReplacesAGoodOne) {
  start(Keep::latest);
  give(1, 1);
  inner_->give(base::fail(ErrorCode::invalid, "corrupt"));
  inner_->wait_until_asked(3);
  EXPECT_EQ(next(), "1");
  inner_->give(base::fail(ErrorCode::invalid, "corrupt"));
  EXPECT_EQ(next(), "corrupt");
}

TEST_F(BufferedCameraTest, SaysWhyNothingComes) {
  start(Keep::latest);
  inner_->set_failed(true);
  inner_->give(base::fail(ErrorCode::unavailable, "not shown: the statistics are newer"));
  inner_->wait_until_asked(2);
  EXPECT_EQ(next(kNow), "camera front: cable cut");
}

TEST_F(BufferedCameraTest, AnInterruptionEndsTheCallThatWaits) {
  start(Keep::latest);
  std::thread interrupter([this] { camera_->interrupt(); });
  EXPECT_EQ(next(), "camera front: interrupted");
  interrupter.join();
  EXPECT_EQ(next(), "camera front: interrupted");
}

TEST_F(BufferedCameraTest, EndsWhileAFullBufferHoldsTheThread) {
  start(Keep::every, 1);
  give(1, 5);
  inner_->wait_until_asked(2);
  camera_.reset();
}

TEST_F(BufferedCameraTest, OneCameraThatHangsDoesNotHoldUpAnother) {
  start(Keep::latest);
  auto inner = std::make_unique<HandCamera>();
  HandCamera* good = inner.get();
  BufferedCamera other("back", std::move(inner), Keep::latest, 1);
  inner_->wait_until_asked(1);  // and it hangs there
  good->give(number_sample(1));
  EXPECT_EQ(text_of(other.next(kLong)), "1");
}

}  // namespace
}  // namespace sluice::camera
