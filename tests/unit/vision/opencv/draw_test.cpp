#include "vision/opencv/draw.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "vision/opencv/pixels.hpp"

namespace sluice::vision::opencv {
namespace {

Image canvas(int width, int height, const cv::Scalar& bgr) {
  return to_image(cv::Mat(height, width, CV_8UC3, bgr));
}

Object object_at(const Box& box, const std::string& label) {
  Object object;
  object.id = "see-1";
  object.label = label;
  object.label_index = 0;
  object.score = 0.875F;
  object.box = box;
  return object;
}

/// Where the two differ; empty: nowhere.
cv::Rect changed(const Image& before, const Image& after) {
  cv::Mat difference;
  cv::absdiff(to_mat(before), to_mat(after), difference);
  cv::Mat gray;
  cv::cvtColor(difference, gray, cv::COLOR_BGR2GRAY);
  return cv::boundingRect(gray);
}

Image drawn(const Image& image, const std::vector<Object>& objects) {
  const auto result = draw(image, objects);
  EXPECT_TRUE(result) << result.error().message;
  return result.value_or(Image());
}

TEST(Draw, FramesTheBoxAndWritesAboveIt) {
  const Image image = canvas(320, 240, cv::Scalar::all(128));
  const Image with = drawn(image, {object_at({100, 100, 200, 180}, "coin")});
  EXPECT_EQ(with.width(), 320);
  EXPECT_EQ(with.height(), 240);
  const cv::Rect all = changed(image, with);
  EXPECT_LE(std::abs(all.x - 100), 3);
  EXPECT_LE(std::abs(all.br().y - 180), 3);
  EXPECT_LT(all.y, 95);  // the caption
  EXPECT_GT(all.y, 60);
  // What is in the box is still seen, and the given image is as it was.
  EXPECT_EQ(to_mat(with).at<cv::Vec3b>(140, 150), cv::Vec3b(128, 128, 128));
  EXPECT_EQ(cv::norm(to_mat(image), cv::Mat(240, 320, CV_8UC3, cv::Scalar::all(128))), 0);
}

TEST(Draw, CanBeReadOnAnyBackground) {
  for (const cv::Scalar& background :
       {cv::Scalar::all(0), cv::Scalar::all(255), cv::Scalar(0, 159, 230)}) {
    const Image image = canvas(320, 240, background);
    const Image with = drawn(image, {object_at({100, 100, 200, 180}, "coin")});
    // The frame, at its left side.
    double least = 0;
    double most = 0;
    cv::Mat gray;
    cv::cvtColor(to_mat(with)(cv::Rect(96, 120, 8, 40)), gray, cv::COLOR_BGR2GRAY);
    cv::minMaxLoc(gray, &least, &most);
    EXPECT_GT(most - least, 60) << background;
    // The letters, on their plate.
    cv::cvtColor(to_mat(with)(cv::Rect(102, 88, 40, 8)), gray, cv::COLOR_BGR2GRAY);
    cv::minMaxLoc(gray, &least, &most);
    EXPECT_GT(most - least, 60) << background;
  }
}

TEST(Draw, IsLargerOnLargerImages) {
  const auto height_of_caption = [](int side) {
    const Image image = canvas(side, side, cv::Scalar::all(128));
    const auto half = static_cast<float>(side) / 2;
    const Image with = drawn(image, {object_at({half, half, half + 30, half + 30}, "coin")});
    return static_cast<double>(side) / 2 - changed(image, with).y;
  };
  const double small = height_of_caption(600);
  EXPECT_GT(small, 10);
  EXPECT_NEAR(height_of_caption(2400) / small, 4, 0.8);
}

TEST(Draw, KeepsTheCaptionWithinTheImage) {
  const Image image = canvas(320, 240, cv::Scalar::all(128));
  // There is no room above, nor to the right.
  const Image with = drawn(image, {object_at({300, 0, 320, 240}, "a long label for a coin")});
  const cv::Rect all = changed(image, with);
  EXPECT_LT(all.x, 200);
  EXPECT_EQ(all.y, 0);
}

TEST(Draw, WritesWhatWasReadAtItsParent) {
  const Image image = canvas(640, 480, cv::Scalar::all(128));
  const Object line = object_at({100, 200, 300, 240}, "text");
  Object read;
  read.id = "read-1";
  read.parent = line.id;
  read.text = "LOT 1234";
  read.score = 0.9F;
  const cv::Rect alone = changed(image, drawn(image, {line}));
  const cv::Rect both = changed(image, drawn(image, {line, read}));
  EXPECT_LT(both.y, alone.y - 5);
  EXPECT_EQ(both.x, alone.x);
  // Without its parent it stands in the corner.
  const cv::Rect corner = changed(image, drawn(image, {read}));
  EXPECT_EQ(corner.x, 0);
  EXPECT_EQ(corner.y, 0);
  EXPECT_LT(corner.height, 40);
}

TEST(Draw, TakesWhateverAModelSays) {
  const Image image = canvas(64, 48, cv::Scalar::all(128));
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const std::vector<Object> off{object_at({-50, -50, -1, -1}, "x"), object_at({70, 0, 90, 9}, "x"),
                                object_at({5, 5, 5, 9}, "x"), object_at({NAN, 0, 9, 9}, "x")};
  EXPECT_EQ(changed(image, drawn(image, off)).area(), 0);
  Object odd = object_at({-kInfinity, -1e30F, kInfinity, 1e30F}, std::string(100'000, 'x'));
  odd.text = "漢字\n\x01\xff";
  odd.score = NAN;
  odd.label_index = std::numeric_limits<int>::min();
  EXPECT_GT(changed(image, drawn(image, {odd})).area(), 0);
  EXPECT_GT(changed(canvas(1, 1, {}), drawn(canvas(1, 1, {}), {odd})).area(), 0);
}

TEST(Draw, NeedsAnImage) {
  const auto refused = draw(Image(), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::invalid);
  const Image image = canvas(4, 4, {1, 2, 3});
  EXPECT_EQ(changed(image, drawn(image, {})).area(), 0);
}

}  // namespace
}  // namespace sluice::vision::opencv
