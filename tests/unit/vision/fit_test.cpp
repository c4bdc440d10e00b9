#include "vision/fit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::vision {
namespace {

using tensor::DType;
using tensor::Shape;
using testing::HasSubstr;

TEST(Fit, TakesTheModelsFixedSize) {
  const auto fitted = fit({}, "x", DType::fp32, {1, 3, 320, 640});
  ASSERT_TRUE(fitted) << fitted.error().message;
  EXPECT_EQ(fitted->input, "x");
  EXPECT_EQ(fitted->height, 320);
  EXPECT_EQ(fitted->width, 640);
}

TEST(Fit, FindsTheSizeInChannelsLastToo) {
  PreprocessOptions options;
  options.layout = Layout::nhwc;
  const auto fitted = fit(options, "x", DType::fp32, {-1, 320, 640, 3});
  ASSERT_TRUE(fitted) << fitted.error().message;
  EXPECT_EQ(fitted->height, 320);
  EXPECT_EQ(fitted->width, 640);
}

TEST(Fit, KeepsGivenSizesWhereTheModelIsDynamic) {
  PreprocessOptions options;
  options.width = 320;
  options.height = 96;
  const auto fitted = fit(options, "x", DType::fp32, {-1, 3, -1, -1});
  ASSERT_TRUE(fitted) << fitted.error().message;
  EXPECT_EQ(fitted->width, 320);
  EXPECT_EQ(fitted->height, 96);
}

TEST(Fit, OneFixedSideLeavesTheOtherToProportions) {
  const auto fitted = fit({}, "x", DType::fp32, {-1, 3, 48, -1});
  ASSERT_TRUE(fitted) << fitted.error().message;
  EXPECT_EQ(fitted->height, 48);
  EXPECT_EQ(fitted->width, 0);
}

TEST(Fit, ImagesInTheirOwnSizeNeedResizeNone) {
  const Shape dynamic{-1, 3, -1, -1};
  const auto refused = fit({}, "x", DType::fp32, dynamic);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("preprocess.width and preprocess.height"));
  PreprocessOptions own;
  own.resize = Resize::none;
  EXPECT_TRUE(fit(own, "x", DType::fp32, dynamic));
}

std::string refusal(const PreprocessOptions& options, DType dtype, const Shape& shape) {
  const auto fitted = fit(options, "image", dtype, shape);
  if (fitted) return "accepted";

  return fitted.error().message;
}

TEST(Fit, NamesTheRemedy) {
  PreprocessOptions options;
  options.width = 64;
  options.height = 64;
  EXPECT_THAT(refusal(options, DType::fp32, {1, 10}), HasSubstr("2 dimensions"));
  EXPECT_THAT(refusal(options, DType::fp32, {}), HasSubstr("0 dimensions"));
  EXPECT_THAT(refusal(options, DType::fp32, {8, 3, 64, 64}), HasSubstr("fixed batch of 8"));
  EXPECT_THAT(refusal(options, DType::uint8, {1, 3, 64, 64}), HasSubstr("dtype: uint8"));
  EXPECT_THAT(refusal(options, DType::int64, {1, 3, 64, 64}), HasSubstr("INT64"));
  EXPECT_THAT(refusal(options, DType::fp32, {1, 1, 64, 64}), HasSubstr("color: gray"));
  EXPECT_THAT(refusal(options, DType::fp32, {1, 64, 64, 3}), HasSubstr("layout: nhwc"));
  EXPECT_THAT(refusal(options, DType::fp32, {1, 4, 64, 64}), HasSubstr("4 channels"));
  EXPECT_THAT(refusal(options, DType::fp32, {1, 3, 64, 32}), HasSubstr("fixed width 32, not 64"));
  EXPECT_THAT(refusal(options, DType::fp32, {1, 3, 0, 64}), HasSubstr("height"));

  options.color = ColorOrder::gray;
  EXPECT_THAT(refusal(options, DType::fp32, {1, 3, 64, 64}), HasSubstr("color: rgb or bgr"));
  options.layout = Layout::nhwc;
  EXPECT_THAT(refusal(options, DType::fp32, {1, 1, 64, 64}), HasSubstr("layout: nchw"));
}

TEST(Fit, ChecksTheOptionsThemselves) {
  PreprocessOptions options;
  options.std[0] = 0;
  EXPECT_THAT(refusal(options, DType::fp32, {1, 3, 64, 64}),
              HasSubstr("preprocess.std is 0, 1, 1"));
}

// `sluice infer` has options of the same names.
TEST(Fit, NamesOptionsAsTheyWereWritten) {
  const auto refusal_of = [](const PreprocessOptions& options, const Shape& shape) {
    const auto fitted = fit(options, "x", DType::fp32, shape, Notation::command_line);
    return fitted ? "accepted" : fitted.error().message;
  };
  PreprocessOptions options;
  EXPECT_THAT(refusal_of(options, {1, 3, -1, -1}), HasSubstr("set --size, or --resize none"));
  EXPECT_THAT(refusal_of(options, {1, 64, 64, 3}), HasSubstr("set --layout nhwc"));
  EXPECT_THAT(refusal_of(options, {1, 1, 64, 64}), HasSubstr("set --color gray"));
  options.width = options.height = 64;
  EXPECT_THAT(refusal_of(options, {1, 3, 32, 32}), HasSubstr("leave --size out"));
  options.std[0] = 0;
  EXPECT_THAT(refusal_of(options, {1, 3, 64, 64}), HasSubstr("--std is 0, 1, 1"));
}

TEST(Fit, RefusesAModelThatIsAbsurdlyLarge) {
  EXPECT_NE(refusal({}, DType::fp32, {1, 3, 64, std::int64_t{1} << 40}), "accepted");
  EXPECT_NE(refusal({}, DType::fp32, {1, 3, 1 << 20, 64}), "accepted");
}

}  // namespace
}  // namespace sluice::vision
