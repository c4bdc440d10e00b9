#include "vision/opencv/preprocess.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>

#include "vision/transform.hpp"

namespace sluice::vision::opencv {
namespace {

using testing::HasSubstr;

cv::Mat plain(int width, int height, const cv::Scalar& bgr) {
  return cv::Mat(height, width, CV_8UC3, bgr);
}

TEST(Preprocess, NamesTheTensorAfterTheInput) {
  PreprocessOptions options;
  options.input = "x";
  const auto result = preprocess(plain(4, 3, {1, 2, 3}), options);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->name(), "x");
  EXPECT_EQ(result->shape(), (tensor::Shape{1, 3, 3, 4}));
}

TEST(Preprocess, OneGivenSideKeepsProportions) {
  PreprocessOptions options;
  options.height = 48;
  const auto result = preprocess(plain(200, 100, {1, 2, 3}), options);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->shape(), (tensor::Shape{1, 3, 48, 96}));
}

TEST(Preprocess, ASliverKeepsAtLeastOnePixel) {
  PreprocessOptions options;
  options.width = 64;
  options.height = 64;
  options.resize = Resize::letterbox;
  options.scale = 1;
  const auto result = preprocess(plain(1000, 1, {9, 9, 9}), options);
  ASSERT_TRUE(result) << result.error().message;
  const auto values = result->as<float>();
  EXPECT_EQ(std::count(values.begin(), values.end(), 9.0f), 3 * 64);
  EXPECT_EQ(std::count(values.begin(), values.end(), 114.0f), 3 * 64 * 63);
}

TEST(Preprocess, LetterboxIsCentred) {
  PreprocessOptions options;
  options.width = 4;
  options.height = 4;
  options.resize = Resize::letterbox;
  options.color = ColorOrder::gray;
  options.scale = 1;
  options.pad_value = 0;
  const auto result = preprocess(plain(4, 2, {200, 200, 200}), options);
  ASSERT_TRUE(result) << result.error().message;
  const auto values = result->as<float>();
  EXPECT_THAT(std::vector<float>(values.begin(), values.end()),
              testing::ElementsAre(0, 0, 0, 0, 200, 200, 200, 200, 200, 200, 200, 200, 0, 0, 0, 0));
}

TEST(Preprocess, LetterboxMayStartInTheCorner) {
  PreprocessOptions options;
  options.width = 4;
  options.height = 3;
  options.resize = Resize::letterbox;
  options.align = Align::start;
  options.color = ColorOrder::gray;
  options.scale = 1;
  options.pad_value = 7;
  const auto result = preprocess(plain(2, 3, {200, 200, 200}), options);
  ASSERT_TRUE(result) << result.error().message;
  const auto values = result->as<float>();
  EXPECT_THAT(std::vector<float>(values.begin(), values.end()),
              testing::ElementsAre(200, 200, 7, 7, 200, 200, 7, 7, 200, 200, 7, 7));
}

TEST(Preprocess, WorksOnPartOfAnImage) {
  // The rows of a region are not next to each other in memory.
  cv::Mat image = plain(6, 6, {0, 0, 0});
  cv::Mat region = image(cv::Rect(2, 3, 2, 2));
  region.setTo(cv::Scalar(10, 20, 30));
  PreprocessOptions options;
  options.scale = 1;
  const auto result = preprocess(region, options);
  ASSERT_TRUE(result) << result.error().message;
  const auto values = result->as<float>();
  EXPECT_THAT(std::vector<float>(values.begin(), values.end()),
              testing::ElementsAre(30, 30, 30, 30, 20, 20, 20, 20, 10, 10, 10, 10));
}

// The box around what is bright in the tensor, in pixels of the model's input.
Box bright_part(const tensor::Tensor& tensor) {
  const auto values = tensor.as<float>();
  const auto height = static_cast<std::size_t>(tensor.shape()[2]);
  const auto width = static_cast<std::size_t>(tensor.shape()[3]);
  Box box{static_cast<float>(width), static_cast<float>(height), 0, 0};
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      if (values[y * width + x] <= 0.5F) continue;
      box.x0 = std::min(box.x0, static_cast<float>(x));
      box.y0 = std::min(box.y0, static_cast<float>(y));
      box.x1 = std::max(box.x1, static_cast<float>(x + 1));
      box.y1 = std::max(box.y1, static_cast<float>(y + 1));
    }
  }
  return box;
}

TEST(Preprocess, TransformTellsWhereThingsAre) {
  cv::Mat image = plain(20, 10, {0, 0, 0});
  image(cv::Rect(3, 2, 9, 5)).setTo(cv::Scalar(255, 255, 255));
  struct Case {
    Resize resize;
    int width;
    int height;
  };
  const Case cases[] = {{Resize::none, 20, 10},      {Resize::stretch, 40, 20},
                        {Resize::stretch, 80, 20},   {Resize::letterbox, 20, 33},
                        {Resize::letterbox, 57, 20}, {Resize::letterbox, 40, 41}};
  for (const Case& each : cases) {
    SCOPED_TRACE(testing::Message() << each.width << "x" << each.height);
    PreprocessOptions options;
    options.resize = each.resize;
    options.width = each.width;
    options.height = each.height;
    options.pad_value = 0;
    const auto tensor = preprocess(image, options);
    ASSERT_TRUE(tensor) << tensor.error().message;
    const auto place = transform(options, image.cols, image.rows);
    ASSERT_TRUE(place) << place.error().message;
    EXPECT_EQ(to_image(bright_part(*tensor), *place), (Box{3, 2, 12, 7}));
    EXPECT_EQ(to_model({3, 2, 12, 7}, *place), bright_part(*tensor));
  }
}

TEST(Preprocess, NoneRefusesAnotherSize) {
  PreprocessOptions options;
  options.width = 32;
  options.height = 24;
  options.resize = Resize::none;
  EXPECT_TRUE(preprocess(plain(32, 24, {}), options));
  const auto result = preprocess(plain(24, 32, {}), options);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("24x32"));
  EXPECT_THAT(result.error().message, HasSubstr("32x24"));
  EXPECT_THAT(result.error().message, HasSubstr("make it stretch or letterbox"));
}

TEST(Preprocess, RefusesWhatIsNoBgrImage) {
  EXPECT_FALSE(preprocess(cv::Mat(), {}));
  EXPECT_FALSE(preprocess(cv::Mat(4, 4, CV_8UC1), {}));
  EXPECT_FALSE(preprocess(cv::Mat(4, 4, CV_32FC3), {}));
}

struct BadOption {
  const char* named;
  std::function<void(PreprocessOptions&)> spoil;
};

TEST(Check, NamesTheOptionThatIsWrong) {
  const BadOption cases[] = {
      {"width", [](auto& o) { o.width = -1; }},
      {"height", [](auto& o) { o.height = 1 << 20; }},
      {"both width and height",
       [](auto& o) {
         o.width = 640;
         o.resize = Resize::letterbox;
       }},
      {"pad_value", [](auto& o) { o.pad_value = 256; }},
      {"pad_value", [](auto& o) { o.pad_value = NAN; }},
      {"scale", [](auto& o) { o.scale = INFINITY; }},
      {"preprocess.mean is 0, 0, nan", [](auto& o) { o.mean[2] = NAN; }},
      {"preprocess.std is 1, 0, 1", [](auto& o) { o.std[1] = 0; }},
      {"INT64", [](auto& o) { o.dtype = tensor::DType::int64; }},
  };
  EXPECT_TRUE(check({}));
  for (const BadOption& bad : cases) {
    PreprocessOptions options;
    bad.spoil(options);
    const auto result = check(options);
    ASSERT_FALSE(result) << bad.named;
    EXPECT_THAT(result.error().message, HasSubstr(bad.named));
    EXPECT_FALSE(preprocess(plain(2, 2, {}), options)) << bad.named;
  }
}

}  // namespace
}  // namespace sluice::vision::opencv
