// Finding a face on a photograph, and a second network on its crop.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "integration/vision/network.hpp"

namespace sluice::vision {
namespace {

PreprocessOptions face_input() {
  PreprocessOptions options;
  options.width = options.height = 128;
  options.resize = Resize::letterbox;
  options.pad_value = 0;
  options.scale = 1 / 127.5;
  options.mean = {1, 1, 1};
  options.layout = Layout::nhwc;
  return options;
}

post::SsdOptions face_boxes() {
  post::SsdOptions options;
  options.boxes = "boxes";
  options.scores = "scores";
  options.order = post::BoxOrder::xyxy;
  options.labels = {"face"};
  options.score_threshold = 0.6F;
  options.nms = post::NmsOptions{.iou_threshold = 0.3};
  return options;
}

PreprocessOptions gender_input() {
  PreprocessOptions options;
  options.width = options.height = 32;
  options.scale = 1.0 / 256;
  options.mean = {122.782 / 256, 117.001 / 256, 104.298 / 256};
  return options;
}

class FindsFaces : public testing::Test {
 protected:
  void SetUp() override {
    if (demo_is_absent()) GTEST_SKIP() << kDemoAbsent;
  }
};

TEST_F(FindsFaces, AndClassifiesThem) {
  const Image photo = demo_image("photos/astronaut.png");
  const Network detection("face-detection", face_input(), face_boxes());
  const auto faces = detection.objects_in(photo, {whole(photo)}).at(0);
  ASSERT_EQ(faces.size(), 1U);
  EXPECT_EQ(faces[0].label, "face");
  EXPECT_GT(faces[0].score, 0.85F);
  // Drawn by hand: from the brow to the chin.
  EXPECT_GT(intersection_over_union(*faces[0].box, {180, 78, 270, 178}), 0.8);

  post::ClassificationOptions classes;
  classes.labels = {"female", "male"};
  const Network second("face-gender", gender_input(), classes);
  const auto found = second.objects_in(photo, {crop_of(*faces[0].box, photo)}).at(0);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].label, "female");
  EXPECT_GT(found[0].score, 0.9F);
}

TEST_F(FindsFaces, NotWhereThereAreNone) {
  const Network detection("face-detection", face_input(), face_boxes());
  for (const char* name : {"photos/coffee.png", "photos/coins.png", "photos/rocket.jpg"}) {
    const Image photo = demo_image(name);
    EXPECT_TRUE(detection.objects_in(photo, {whole(photo)}).at(0).empty()) << name;
  }
}

// A region is searched as if it were the image, and the box found is one of the image.
TEST_F(FindsFaces, InARegion) {
  const Image photo = demo_image("photos/astronaut.png");
  const Network detection("face-detection", face_input(), face_boxes());
  const auto faces = detection.objects_in(photo, {{100, 0, 400, 300}}).at(0);
  ASSERT_EQ(faces.size(), 1U);
  EXPECT_GT(intersection_over_union(*faces[0].box, {180, 78, 270, 178}), 0.7);
}

}  // namespace
}  // namespace sluice::vision
