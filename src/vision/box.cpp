#include "vision/box.hpp"

#include <algorithm>

namespace sluice::vision {

double area(const Box& box) {
  if (box.empty()) return 0;
  // In double: the area of a box of large floats is none.
  return (static_cast<double>(box.x1) - box.x0) * (static_cast<double>(box.y1) - box.y0);
}

Box intersection(const Box& a, const Box& b) {
  return {std::max(a.x0, b.x0), std::max(a.y0, b.y0), std::min(a.x1, b.x1), std::min(a.y1, b.y1)};
}

double intersection_over_union(const Box& a, const Box& b) {
  const double both = area(intersection(a, b));
  if (both == 0) return 0;
  return both / (area(a) + area(b) - both);
}

Box clip(const Box& box, int width, int height) {
  const auto right = static_cast<float>(width);
  const auto bottom = static_cast<float>(height);
  return {std::clamp(box.x0, 0.0F, right), std::clamp(box.y0, 0.0F, bottom),
          std::clamp(box.x1, 0.0F, right), std::clamp(box.y1, 0.0F, bottom)};
}

Box pad(const Box& box, float x, float y) {
  return {box.x0 - x, box.y0 - y, box.x1 + x, box.y1 + y};
}

Box shift(const Box& box, float x, float y) {
  return {box.x0 + x, box.y0 + y, box.x1 + x, box.y1 + y};
}

}  // namespace sluice::vision
