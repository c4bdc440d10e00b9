#include "camera/open.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/manual_clock.hpp"
#include "camera/check.hpp"
#include "camera/push_camera.hpp"
#include "doubles.hpp"

namespace sluice::camera {
namespace {

using testing::HasSubstr;
using testing::Not;

class OpenTest : public testing::Test {
 protected:
  Parts parts() {
    return {.mqtt = std::make_shared<FakeMqttClient>(),
            .decoder = [this] { return &decoder_; },
            .gatt = []() -> base::Result<const Gatt*> {
              return base::fail(base::ErrorCode::unsupported, "no Bluetooth here");
            }};
  }
  base::Result<std::unique_ptr<Camera>> open(SourceOptions source) {
    return camera::open({.name = "front", .source = std::move(source)}, clock_, parts());
  }
  std::string error(SourceOptions source) {
    const auto camera = open(std::move(source));
    return camera ? "no error" : camera.error().message;
  }

  Folder folder_;
  FakeDecoder decoder_;
  base::ManualClock clock_;
};

TEST_F(OpenTest, AnImageAtATimeFromAFolder) {
  folder_.write("b.png", "PIXELS 2");
  folder_.write("a.png", "PIXELS 1");
  auto camera = open(ImagesOptions{.path = folder_.path(), .repeat = false});
  ASSERT_TRUE(camera) << camera.error().message;
  EXPECT_EQ((*(*camera)->next({}))->name, folder_.path("a.png"));
  EXPECT_EQ((*(*camera)->next({}))->name, folder_.path("b.png"));
  EXPECT_EQ(text_of((*camera)->next({})), "end");
  EXPECT_EQ((*camera)->statistics().samples, 2u);
}

TEST_F(OpenTest, WhatCanBeKnownBeforeIsAnErrorAtOnce) {
  EXPECT_THAT(error(ImagesOptions{.path = folder_.path("none")}),
              HasSubstr("camera front: " + folder_.path("none") + ": no such folder"));
  EXPECT_THAT(error(ImagesOptions{.path = folder_.path()}), HasSubstr("no image"));
  EXPECT_THAT(error(ImagesOptions{}), HasSubstr("path is empty"));
  EXPECT_THAT(error(VideoOptions{.path = folder_.path("none.avi")}), HasSubstr("no such file"));
  EXPECT_THAT(error(VideoOptions{.path = folder_.path()}), HasSubstr("not a video file"));
  EXPECT_THAT(error(StreamOptions{"file:///etc/passwd"}), HasSubstr("must be rtsp://"));
  EXPECT_THAT(error(GstreamerOptions{"videotestsrc ! fakesink"}), HasSubstr("no appsink"));
  EXPECT_THAT(error(DeviceOptions{.path = ""}), HasSubstr("path is empty"));
  EXPECT_THAT(error(DeviceOptions{.width = -1}), HasSubstr("-1x0"));
  EXPECT_THAT(error(PiOptions{.camera = "a\" ! filesink"}), HasSubstr("no quotes"));
  EXPECT_THAT(error(MqttOptions{}), HasSubstr("topic is empty"));
  EXPECT_THAT(error(MqttOptions{.topic = "bad/#/filter"}), HasSubstr("the last"));
  EXPECT_THAT(error(BleOptions{.characteristic = "2a37"}), HasSubstr("set one of them"));
  EXPECT_THAT(error(BleOptions{.name = "x"}), HasSubstr("is no UUID"));
  EXPECT_THAT(error(BleOptions{.name = "x", .characteristic = "2a37"}),
              HasSubstr("camera front: no Bluetooth here"));
  EXPECT_THAT(error(PatternOptions{.width = 0}), HasSubstr("neither may be 0"));
  EXPECT_THAT(error(PatternOptions{.rate = -1}), HasSubstr("rate"));
}

TEST_F(OpenTest, ABufferATimeoutAndABackoffMustBePossible) {
  CameraOptions options{.name = "front", .source = PushOptions{}};
  EXPECT_TRUE(check(options));
  options.buffer = 0;
  EXPECT_THAT(check(options).error().message, HasSubstr("buffer"));
  options.buffer = 1;
  options.timeout = {};
  EXPECT_THAT(check(options).error().message, HasSubstr("timeout"));
  options.timeout = std::chrono::seconds(1);
  options.backoff.longest = std::chrono::milliseconds(1);
  EXPECT_THAT(check(options).error().message, HasSubstr("wait"));
}

TEST_F(OpenTest, ALiveCameraThatIsAwayIsAnErrorOfNextAndNamesNoPassword) {
  auto camera = open(StreamOptions{"rtsp://me:s3cret@10.0.0.7:554/p?pw=s3cret"});
  ASSERT_TRUE(camera) << camera.error().message;
  std::string message;
  while (!(*camera)->statistics().failed) message = text_of((*camera)->next({}));
  message = text_of((*camera)->next({}));
  EXPECT_EQ(message, "camera front: rtsp://10.0.0.7:554: no answer");
  EXPECT_THAT(message, Not(HasSubstr("s3cret")));
}

TEST_F(OpenTest, PushOptionsMakeAPushCamera) {
  auto camera = open(PushOptions{});
  ASSERT_TRUE(camera);
  auto* push = dynamic_cast<PushCamera*>(camera->get());
  ASSERT_NE(push, nullptr);
  EXPECT_TRUE(push->push(number_sample(4)));
  EXPECT_EQ(text_of((*camera)->next({})), "4");
}

TEST_F(OpenTest, APatternComesByItself) {
  const base::SteadyClock clock;
  auto camera = camera::open({.name = "front",
                              .source = PatternOptions{.width = 8, .height = 8, .rate = 1000},
                              .frames = Frames::every},
                             clock, parts());
  ASSERT_TRUE(camera);
  base::Time before{};
  for (int i = 0; i < 5; ++i) {
    const auto sample = (*camera)->next(std::chrono::minutes(1));
    ASSERT_TRUE(sample) << sample.error().message;
    EXPECT_GT((*sample)->captured, before);
    before = (*sample)->captured;
  }
}

TEST(ShownUrl, KeepsSchemeHostAndPort) {
  EXPECT_EQ(shown_url("rtsp://10.0.0.7:554/user=admin_password=x"), "rtsp://10.0.0.7:554");
  EXPECT_EQ(shown_url("http://me:pa/ss@host/video"), "http://host");
  EXPECT_EQ(shown_url("http://me:p@ss@host"), "http://host");
  EXPECT_EQ(shown_url("https://host?key=x@y"), "https://host");
  EXPECT_EQ(shown_url("nonsense"), "the URL");
}

}  // namespace
}  // namespace sluice::camera
