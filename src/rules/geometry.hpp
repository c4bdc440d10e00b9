// Points, polygons and lines in an image. Coordinates in pixels of the camera's full image; y grows
// downwards. Pure functions.
#pragma once

#include <cstdint>
#include <span>

#include "vision/box.hpp"

namespace sluice::rules {

struct Point {
  double x = 0;
  double y = 0;
};

/// The point of a box that stands for the object.
enum class Anchor : std::uint8_t {
  centre,
  bottom_centre,  ///< where something that stands on the floor touches it
};
[[nodiscard]] Point anchor_point(const vision::Box& box, Anchor anchor);

/// Twice the signed area of the triangle a, b, p: positive when p lies to the right of the way from
/// a to b as seen in the image, negative to the left, 0 on the line.
[[nodiscard]] double side(Point a, Point b, Point p);

/// Is the point inside the polygon or on its edge? The last corner connects to the first; where
/// edges cross each other, the even-odd rule holds.
[[nodiscard]] bool contains(std::span<const Point> polygon, Point point);

/// The polygon's area by the shoelace formula; parts that run the other way round count negative.
[[nodiscard]] double area(std::span<const Point> polygon);

}  // namespace sluice::rules
