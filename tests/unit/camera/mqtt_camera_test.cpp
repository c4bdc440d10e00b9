#include "camera/mqtt_camera.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/manual_clock.hpp"
#include "doubles.hpp"

namespace sluice::camera {
namespace {

using testing::HasSubstr;
using Format = PayloadOptions::Format;

class MqttCameraTest : public testing::Test {
 protected:
  std::unique_ptr<MqttCamera> open(Format format, Frames frames = Frames::latest,
                                   std::size_t capacity = 8) {
    auto camera = MqttCamera::open("sensor", {.topic = "line/1", .payload = {format, {}}}, frames,
                                   capacity, client_, &decoder_, clock_);
    EXPECT_TRUE(camera) << camera.error().message;
    return std::move(*camera);
  }

  std::shared_ptr<FakeMqttClient> client_ = std::make_shared<FakeMqttClient>();
  FakeDecoder decoder_;
  base::ManualClock clock_;
};

TEST_F(MqttCameraTest, GivesTheNewestMessageWithTheTimeItCame) {
  const auto camera = open(Format::json);
  clock_.set(at_ms(10));
  client_->deliver("1");
  clock_.set(at_ms(20));
  client_->deliver("2");
  clock_.set(at_ms(90));
  const auto sample = camera->next(kNow);
  EXPECT_EQ(text_of(sample), "2");
  EXPECT_EQ((*sample)->captured, at_ms(20));
  EXPECT_EQ((*sample)->name, "sensor#0");
  EXPECT_EQ(camera->statistics().replaced, 1u);
  EXPECT_THAT(text_of(camera->next(kNow)), HasSubstr("no message at 'line/1' within"));
}

TEST_F(MqttCameraTest, EveryMessageInItsTurnButTheOldestGoWhenItIsFull) {
  const auto camera = open(Format::json, Frames::every, 2);
  for (const char* payload : {"1", "2", "3"}) client_->deliver(payload);
  EXPECT_EQ(text_of(camera->next(kNow)), "2");
  EXPECT_EQ(text_of(camera->next(kNow)), "3");
  EXPECT_EQ(camera->statistics().lost, 1u);
}

TEST_F(MqttCameraTest, ABrokenMessageLosesThatMessageOnly) {
  const auto camera = open(Format::image, Frames::every);
  client_->deliver("cut off");
  client_->deliver("PIXELS 2");
  const auto broken = camera->next(kNow);
  EXPECT_EQ(broken.error().code, base::ErrorCode::invalid);
  EXPECT_THAT(broken.error().message, HasSubstr("sensor#0: the image is corrupt"));
  EXPECT_TRUE(camera->statistics().failed);
  EXPECT_EQ(text_of(camera->next(kNow)), "image");
  EXPECT_FALSE(camera->statistics().failed);
  EXPECT_EQ(camera->statistics().lost, 1u);
}

TEST_F(MqttCameraTest, ABrokerThatIsAwayIsSaid) {
  const auto camera = open(Format::json);
  client_->set_connected(false);
  EXPECT_THAT(text_of(camera->next(kNow)), HasSubstr("the MQTT broker is not connected"));
  EXPECT_TRUE(camera->statistics().failed);
  client_->set_connected(true);
  EXPECT_FALSE(camera->statistics().failed);
}

TEST_F(MqttCameraTest, AMessageAfterTheCameraIsGoneIsNoHarm) {
  open(Format::json).reset();
  client_->deliver("1");
}

TEST_F(MqttCameraTest, ABadTopicIsAnErrorAtOnce) {
  const auto camera = MqttCamera::open("sensor", {.topic = "bad/#/filter"}, Frames::latest, 1,
                                       client_, nullptr, clock_);
  EXPECT_EQ(camera.error().message, "a bad filter");
}

}  // namespace
}  // namespace sluice::camera
