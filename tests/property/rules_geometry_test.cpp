// Zones and lines against references in whole numbers.
#include <algorithm>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "rules/geometry.hpp"
#include "rules/line_counter.hpp"

namespace sluice::rules {
namespace {

struct GridPoint {
  std::int64_t x = 0;
  std::int64_t y = 0;
};

GridPoint grid_point() {
  return {*rc::gen::inRange<std::int64_t>(0, 12), *rc::gen::inRange<std::int64_t>(0, 12)};
}

Point exact(GridPoint point) {
  return {static_cast<double>(point.x), static_cast<double>(point.y)};
}

std::int64_t turn(GridPoint a, GridPoint b, GridPoint p) {
  return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

bool lies_on(GridPoint a, GridPoint b, GridPoint p) {
  return turn(a, b, p) == 0 && p.x >= std::min(a.x, b.x) && p.x <= std::max(a.x, b.x) &&
         p.y >= std::min(a.y, b.y) && p.y <= std::max(a.y, b.y);
}

// The edges crossed on the way to a point far away, in a direction so odd that the way meets no
// other point of the grid.
bool brute_force_contains(const std::vector<GridPoint>& polygon, GridPoint point) {
  const GridPoint far{point.x + 1'000'003, point.y + 10'007};
  int crossed = 0;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const GridPoint a = polygon[i];
    const GridPoint b = polygon[(i + 1) % polygon.size()];
    if (lies_on(a, b, point)) return true;
    const bool splits_edge = (turn(point, far, a) > 0) != (turn(point, far, b) > 0);
    const bool splits_way = (turn(a, b, point) > 0) != (turn(a, b, far) > 0);
    if (splits_edge && splits_way) ++crossed;
  }
  return crossed % 2 == 1;
}

RC_GTEST_PROP(PolygonContainment, EqualsBruteForce, ()) {
  const auto corners = *rc::gen::inRange<std::size_t>(3, 9);
  std::vector<GridPoint> polygon;
  std::vector<Point> same;
  for (std::size_t i = 0; i < corners; ++i) {
    polygon.push_back(grid_point());
    same.push_back(exact(polygon.back()));
  }
  std::size_t inside = 0;
  for (std::int64_t x = -1; x <= 12; ++x) {
    for (std::int64_t y = -1; y <= 12; ++y) {
      const bool expected = brute_force_contains(polygon, {x, y});
      inside += expected ? 1 : 0;
      RC_ASSERT(contains(same, exact({x, y})) == expected);
    }
  }
  RC_TAG(inside > corners ? "has an inside" : "is thin");
}

// On a line without ends, each side that an object is on follows from its crossings.
RC_GTEST_PROP(LineCrossings, AddUpToTheChangeOfSides, ()) {
  LineCrossing line{.from = exact(grid_point()), .to = exact(grid_point())};
  RC_PRE(line.from.x != line.to.x || line.from.y != line.to.y);
  const Point from = line.from;
  const Point to = line.to;
  // The same line, far longer than the grid.
  line.from = {from.x - 1000 * (to.x - from.x), from.y - 1000 * (to.y - from.y)};
  line.to = {to.x + 1000 * (to.x - from.x), to.y + 1000 * (to.y - from.y)};

  LineCounter counter;
  int balance = 0;
  int first = 0;
  const auto steps = *rc::gen::inRange(1, 30);
  for (int step = 0; step < steps; ++step) {
    const GridPoint at = grid_point();
    const auto x = static_cast<float>(at.x);
    const auto y = static_cast<float>(at.y);
    vision::Object object;
    object.box = vision::Box{x - 1, y - 1, x + 1, y + 1};
    const std::vector<const vision::Object*> objects{&object};
    for (const auto& crossing : counter.update(line, objects, base::Time(base::Duration(step)))) {
      balance += crossing.direction == Direction::left_to_right ? 1 : -1;
    }
    const int right = side(from, to, exact(at)) > 0 ? 1 : 0;
    if (step == 0) first = right;
    RC_ASSERT(right == first + balance);
  }
}

}  // namespace
}  // namespace sluice::rules
