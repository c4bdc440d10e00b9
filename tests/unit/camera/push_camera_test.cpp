#include "camera/push_camera.hpp"

#include <thread>

#include <gtest/gtest.h>

#include "doubles.hpp"

namespace sluice::camera {
namespace {

TEST(PushCamera, LatestKeepsTheNewest) {
  PushCamera camera("front", Frames::latest, 8);
  for (const float number : {1.0f, 2.0f, 3.0f}) EXPECT_TRUE(camera.push(number_sample(number)));
  EXPECT_EQ(text_of(camera.next(kNow)), "3");
  EXPECT_EQ(text_of(camera.next(kNow)), "camera front: nothing was pushed within 0.0 s");
  const Statistics statistics = camera.statistics();
  EXPECT_EQ(statistics.samples, 3u);
  EXPECT_EQ(statistics.replaced, 2u);
  EXPECT_EQ(statistics.captured, at_ms(3));
  EXPECT_FALSE(statistics.failed);
}

TEST(PushCamera, EveryRefusesWhatDoesNotFit) {
  PushCamera camera("front", Frames::every, 2);
  EXPECT_TRUE(camera.push(number_sample(1)));
  EXPECT_TRUE(camera.push(number_sample(2)));
  const auto refused = camera.push(number_sample(3));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::unavailable);
  EXPECT_EQ(text_of(camera.next(kNow)), "1");
  EXPECT_TRUE(camera.push(number_sample(4)));
  EXPECT_EQ(text_of(camera.next(kNow)), "2");
  EXPECT_EQ(text_of(camera.next(kNow)), "4");
  EXPECT_EQ(camera.statistics().lost, 1u);
}

TEST(PushCamera, WaitsForAPush) {
  PushCamera camera("front", Frames::latest, 1);
  std::thread pusher([&camera] { ASSERT_TRUE(camera.push(number_sample(1))); });
  EXPECT_EQ(text_of(camera.next(std::chrono::minutes(1))), "1");
  pusher.join();
}

TEST(PushCamera, AnInterruptionEndsItAndLaterPushesFail) {
  PushCamera camera("front", Frames::latest, 1);
  std::thread interrupter([&camera] { camera.interrupt(); });
  EXPECT_EQ(text_of(camera.next(std::chrono::hours(48))), "camera front: interrupted");
  interrupter.join();
  EXPECT_EQ(camera.push(number_sample(1)).error().message, "camera front: it is closed");
}

}  // namespace
}  // namespace sluice::camera
