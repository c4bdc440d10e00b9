#include "vision/transform.hpp"

#include <cmath>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sluice::vision {
namespace {

PreprocessOptions resized_to(int width, int height, Resize resize) {
  PreprocessOptions options;
  options.width = width;
  options.height = height;
  options.resize = resize;
  return options;
}

Transform transform_of(const PreprocessOptions& options, int width, int height) {
  const auto result = transform(options, width, height);
  EXPECT_TRUE(result) << result.error().message;
  return result.value_or(Transform{});
}

TEST(Transform, StretchFillsTheModelsInput) {
  const auto result = transform_of(resized_to(300, 200, Resize::stretch), 600, 800);
  EXPECT_EQ(result, (Transform{600, 800, 300, 200, 300, 200, 0, 0}));
  EXPECT_EQ(to_image({0, 0, 300, 200}, result), (Box{0, 0, 600, 800}));
  EXPECT_EQ(to_image({30, 50, 60, 100}, result), (Box{60, 200, 120, 400}));
  EXPECT_EQ(to_model({60, 200, 120, 400}, result), (Box{30, 50, 60, 100}));
}

TEST(Transform, StretchFollowsProportionsWhereASideIsOpen) {
  EXPECT_EQ(transform_of(resized_to(0, 48, Resize::stretch), 333, 100),
            (Transform{333, 100, 160, 48, 160, 48, 0, 0}));  // 159.84
  EXPECT_EQ(transform_of(resized_to(48, 0, Resize::stretch), 100, 333),
            (Transform{100, 333, 48, 160, 48, 160, 0, 0}));
  EXPECT_EQ(transform_of(resized_to(0, 0, Resize::stretch), 31, 17),
            (Transform{31, 17, 31, 17, 31, 17, 0, 0}));
}

TEST(Transform, LetterboxKeepsProportionsInTheMiddle) {
  const auto wide = transform_of(resized_to(640, 640, Resize::letterbox), 1280, 720);
  EXPECT_EQ(wide, (Transform{1280, 720, 640, 640, 640, 360, 0, 140}));
  EXPECT_EQ(to_image({0, 140, 640, 500}, wide), (Box{0, 0, 1280, 720}));
  EXPECT_EQ(to_image({10, 150, 20, 160}, wide), (Box{20, 20, 40, 40}));
}

// 7 rows that cannot be halved: 3 above, 4 below. And a side that is rounded is scaled back by what
// it became, not by the ratio.
TEST(Transform, LetterboxRoundsToWholePixels) {
  const auto odd = transform_of(resized_to(20, 20, Resize::letterbox), 30, 20);
  EXPECT_EQ(odd, (Transform{30, 20, 20, 20, 20, 13, 0, 3}));
  EXPECT_EQ(to_image({0, 3, 20, 16}, odd), (Box{0, 0, 30, 20}));
}

TEST(Transform, LetterboxOfAThinImageKeepsAPixel) {
  EXPECT_EQ(transform_of(resized_to(10, 10, Resize::letterbox), 1000, 1),
            (Transform{1000, 1, 10, 10, 10, 1, 0, 4}));
}

TEST(Transform, LetterboxMayStartInTheCorner) {
  auto options = resized_to(320, 48, Resize::letterbox);
  options.align = Align::start;
  const auto line = transform_of(options, 100, 20);
  EXPECT_EQ(line, (Transform{100, 20, 320, 48, 240, 48, 0, 0}));
  EXPECT_EQ(to_image({0, 0, 240, 48}, line), (Box{0, 0, 100, 20}));
  EXPECT_EQ(to_image({24, 24, 48, 48}, line), (Box{10, 10, 20, 20}));
  EXPECT_EQ(transform_of(options, 1000, 20), (Transform{1000, 20, 320, 48, 320, 6, 0, 0}));
}

TEST(Transform, NoneWantsTheModelsSize) {
  EXPECT_EQ(transform_of(resized_to(30, 20, Resize::none), 30, 20),
            (Transform{30, 20, 30, 20, 30, 20, 0, 0}));
  const auto refused = transform(resized_to(30, 20, Resize::none), 30, 21);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message,
              testing::HasSubstr("30x21 pixels and the model wants 30x20"));
}

TEST(Transform, RefusesAnImageWithoutPixels) {
  for (const auto& [width, height] : {std::pair(0, 5), {5, 0}, {-1, 5}}) {
    const auto refused = transform({}, width, height);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::invalid);
  }
}

RC_GTEST_PROP(TransformProperty, ThereAndBackIsTheSame, ()) {
  const auto side = [](int most) { return *rc::gen::inRange(1, most); };
  const auto resize = *rc::gen::element(Resize::stretch, Resize::letterbox);
  auto options = resized_to(side(1000), side(1000), resize);
  options.align = *rc::gen::element(Align::center, Align::start);
  const auto place = *transform(options, side(4000), side(4000));
  RC_ASSERT(place.inner_width >= 1 && place.left + place.inner_width <= place.model_width);
  RC_ASSERT(place.inner_height >= 1 && place.top + place.inner_height <= place.model_height);

  // All of the image is what the image fills.
  const Box whole{0, 0, static_cast<float>(place.image_width),
                  static_cast<float>(place.image_height)};
  const Box inner = to_model(whole, place);
  RC_ASSERT(inner == (Box{static_cast<float>(place.left), static_cast<float>(place.top),
                          static_cast<float>(place.left + place.inner_width),
                          static_cast<float>(place.top + place.inner_height)}));

  const Box box{static_cast<float>(side(place.image_width + 1)), 0,
                static_cast<float>(place.image_width),
                static_cast<float>(side(place.image_height + 1))};
  const Box back = to_image(to_model(box, place), place);
  // As near as floats are: the way back magnifies the last bit of the model's pixels, too.
  constexpr double kBit = 1.2e-7;
  const auto tolerance = [](double image, double model, double filled) {
    return kBit * (image + model * image / filled);
  };
  const double x = tolerance(place.image_width, place.model_width, place.inner_width);
  const double y = tolerance(place.image_height, place.model_height, place.inner_height);
  RC_ASSERT(std::fabs(back.x0 - box.x0) <= x && std::fabs(back.x1 - box.x1) <= x);
  RC_ASSERT(std::fabs(back.y0 - box.y0) <= y && std::fabs(back.y1 - box.y1) <= y);
}

}  // namespace
}  // namespace sluice::vision
