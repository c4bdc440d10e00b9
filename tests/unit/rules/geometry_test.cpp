#include "rules/geometry.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace sluice::rules {
namespace {

// An L: the corner at the upper right is missing.
const std::vector<Point> kAngle{{0, 0}, {10, 0}, {10, 10}, {20, 10}, {20, 20}, {0, 20}};

TEST(Geometry, APolygonContainsItsInsideAndItsEdge) {
  for (const Point inside : {Point{5, 5}, {15, 15}, {5, 15}, {5, 10}}) {
    EXPECT_TRUE(contains(kAngle, inside)) << inside.x << ", " << inside.y;
  }
  for (const Point edge : {Point{0, 0}, {10, 5}, {15, 10}, {10, 10}, {20, 20}, {0, 7}}) {
    EXPECT_TRUE(contains(kAngle, edge)) << edge.x << ", " << edge.y;
  }
  for (const Point outside : {Point{15, 5}, {-1, 10}, {21, 15}, {5, 21}, {-5, 0}, {25, 20}}) {
    EXPECT_FALSE(contains(kAngle, outside)) << outside.x << ", " << outside.y;
  }
  EXPECT_FALSE(contains({}, {0, 0}));
}

TEST(Geometry, AreaDoesNotDependOnTheDirection) {
  EXPECT_DOUBLE_EQ(area(kAngle), 300);
  EXPECT_DOUBLE_EQ(area(std::vector<Point>(kAngle.rbegin(), kAngle.rend())), 300);
  EXPECT_DOUBLE_EQ(area(std::vector<Point>{{0, 0}, {5, 5}, {10, 10}}), 0);
}

TEST(Geometry, AnchorsOfABox) {
  const vision::Box box{10, 20, 30, 60};
  EXPECT_DOUBLE_EQ(anchor_point(box, Anchor::centre).x, 20);
  EXPECT_DOUBLE_EQ(anchor_point(box, Anchor::centre).y, 40);
  EXPECT_DOUBLE_EQ(anchor_point(box, Anchor::bottom_centre).x, 20);
  EXPECT_DOUBLE_EQ(anchor_point(box, Anchor::bottom_centre).y, 60);
}

TEST(Geometry, RightIsRightInTheImage) {
  // Walking to the right in the image, what is below is on the right hand.
  EXPECT_GT(side({0, 0}, {10, 0}, {5, 1}), 0);
  EXPECT_LT(side({0, 0}, {10, 0}, {5, -1}), 0);
  EXPECT_EQ(side({0, 0}, {10, 0}, {50, 0}), 0);
}

}  // namespace
}  // namespace sluice::rules
