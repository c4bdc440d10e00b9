#include "rules/geometry.hpp"

#include <algorithm>
#include <cmath>

namespace sluice::rules {
namespace {

bool on_segment(Point a, Point b, Point p) {
  return side(a, b, p) == 0 && p.x >= std::min(a.x, b.x) && p.x <= std::max(a.x, b.x) &&
         p.y >= std::min(a.y, b.y) && p.y <= std::max(a.y, b.y);
}

}  // namespace

Point anchor_point(const vision::Box& box, Anchor anchor) {
  const double x = (double{box.x0} + double{box.x1}) / 2;
  if (anchor == Anchor::bottom_centre) return {x, double{box.y1}};
  return {x, (double{box.y0} + double{box.y1}) / 2};
}

double side(Point a, Point b, Point p) {
  return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

// Counts the edges that a ray from the point towards growing x crosses. Each edge owns its upper
// end and not its lower one, so a ray through a corner counts right.
bool contains(std::span<const Point> polygon, Point point) {
  bool inside = false;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Point& a = polygon[i];
    const Point& b = polygon[(i + 1) % polygon.size()];
    if (on_segment(a, b, point)) return true;
    if ((a.y > point.y) == (b.y > point.y)) continue;
    const Point& upper = a.y < b.y ? a : b;
    const Point& lower = a.y < b.y ? b : a;
    if (side(upper, lower, point) > 0) inside = !inside;
  }
  return inside;
}

double area(std::span<const Point> polygon) {
  double twice = 0;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Point& a = polygon[i];
    const Point& b = polygon[(i + 1) % polygon.size()];
    twice += a.x * b.y - b.x * a.y;
  }
  return std::abs(twice) / 2;
}

}  // namespace sluice::rules
