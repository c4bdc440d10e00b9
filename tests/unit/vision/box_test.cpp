#include "vision/box.hpp"

#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sluice::vision {
namespace {

constexpr float kNotANumber = std::numeric_limits<float>::quiet_NaN();

Box any_box() {
  const auto edge = [] { return static_cast<float>(*rc::gen::inRange(-2, 13)); };
  return {edge(), edge(), edge(), edge()};
}

bool covers(const Box& box, int x, int y) {
  const double middle_x = x + 0.5;
  const double middle_y = y + 0.5;
  return box.x0 < middle_x && middle_x < box.x1 && box.y0 < middle_y && middle_y < box.y1;
}

/// Pixels of the boxes' range that satisfy the condition.
template <class Condition>
double count_pixels(Condition condition) {
  int count = 0;
  for (int y = -2; y < 13; ++y) {
    for (int x = -2; x < 13; ++x) count += condition(x, y) ? 1 : 0;
  }
  return count;
}

TEST(Box, HasSidesAndAnArea) {
  const Box box{1, 2, 4, 7};
  EXPECT_EQ(box.width(), 3);
  EXPECT_EQ(box.height(), 5);
  EXPECT_EQ(area(box), 15);
  EXPECT_FALSE(box.empty());
}

TEST(Box, IsEmptyWithoutAnArea) {
  EXPECT_TRUE(Box{}.empty());
  EXPECT_TRUE((Box{4, 2, 1, 7}).empty());
  EXPECT_TRUE((Box{1, 2, 4, kNotANumber}).empty());
  // Both sides negative: their product is not.
  EXPECT_EQ(area({4, 7, 1, 2}), 0);
}

TEST(Box, OverlapIsIntersectionOverUnion) {
  // 2x2 of 4x4 and 4x4 overlap: 4 / (16 + 16 - 4). The rectangle around both has 36.
  EXPECT_DOUBLE_EQ(intersection_over_union({0, 0, 4, 4}, {2, 2, 6, 6}), 4.0 / 28);
  EXPECT_EQ(intersection_over_union({0, 0, 4, 4}, {0, 0, 4, 4}), 1);
  EXPECT_EQ(intersection_over_union({0, 0, 4, 4}, {4, 0, 8, 4}), 0);  // they only touch
  EXPECT_EQ(intersection_over_union({}, {}), 0);
}

TEST(Box, OverlapOfHugeBoxesDoesNotOverflow) {
  const float huge = std::numeric_limits<float>::max();
  EXPECT_EQ(intersection_over_union({-huge, -huge, huge, huge}, {-huge, -huge, huge, huge}), 1);
}

RC_GTEST_PROP(BoxProperty, AreasArePixelsCounted, ()) {
  const Box a = any_box();
  const Box b = any_box();
  RC_ASSERT(area(a) == count_pixels([&](int x, int y) { return covers(a, x, y); }));
  const double both =
      count_pixels([&](int x, int y) { return covers(a, x, y) && covers(b, x, y); });
  const double either =
      count_pixels([&](int x, int y) { return covers(a, x, y) || covers(b, x, y); });
  RC_ASSERT(intersection_over_union(a, b) == (either == 0 ? 0 : both / either));
  RC_ASSERT(intersection_over_union(a, b) == intersection_over_union(b, a));
}

RC_GTEST_PROP(BoxProperty, ClippedIsWhatLiesInTheImage, ()) {
  const Box box = any_box();
  const Box clipped = clip(box, 7, 5);
  for (const float x : {clipped.x0, clipped.x1}) RC_ASSERT(x >= 0 && x <= 7);
  for (const float y : {clipped.y0, clipped.y1}) RC_ASSERT(y >= 0 && y <= 5);
  const double inside = count_pixels(
      [&](int x, int y) { return covers(box, x, y) && x >= 0 && x < 7 && y >= 0 && y < 5; });
  RC_ASSERT(area(clipped) == inside);
}

TEST(Box, PaddingGrowsAndShrinksEachSide) {
  EXPECT_EQ(pad({10, 20, 30, 40}, 1, 2), (Box{9, 18, 31, 42}));
  EXPECT_EQ(pad({10, 20, 30, 40}, -1, -2), (Box{11, 22, 29, 38}));
  EXPECT_TRUE(pad({10, 20, 30, 40}, -10, 0).empty());
}

TEST(Box, ShiftMovesFromACropToTheImage) {
  EXPECT_EQ(shift({1, 2, 3, 4}, 100, 50), (Box{101, 52, 103, 54}));
}

}  // namespace
}  // namespace sluice::vision
