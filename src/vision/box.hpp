// Rectangles in images.
#pragma once

namespace sluice::vision {

/// An axis-parallel rectangle in pixels from an image's upper left corner: of the camera's full
/// image, where nothing else is said. The numbers are edges, not indices: pixel (i, j) covers
/// [i, i+1) x [j, j+1), and all of a 640x480 image is {0, 0, 640, 480}.
struct Box {
  float x0 = 0;  ///< left
  float y0 = 0;  ///< top
  float x1 = 0;  ///< right
  float y1 = 0;  ///< bottom

  [[nodiscard]] float width() const { return x1 - x0; }
  [[nodiscard]] float height() const { return y1 - y0; }
  /// Has no area; so has one with a coordinate that is not a number.
  [[nodiscard]] bool empty() const { return !(x0 < x1 && y0 < y1); }
  bool operator==(const Box&) const = default;
};

/// In square pixels; 0 of an empty box.
[[nodiscard]] double area(const Box& box);

/// What both cover; empty if they do not overlap.
[[nodiscard]] Box intersection(const Box& a, const Box& b);

/// The area that both cover divided by the area that either covers (the Jaccard index): 0 (apart,
/// or one is empty) to 1 (the same box). Coordinates must be finite.
[[nodiscard]] double intersection_over_union(const Box& a, const Box& b);

/// The part within an image of that size.
[[nodiscard]] Box clip(const Box& box, int width, int height);

/// Grown by `x` pixels to the left and the right and by `y` upwards and downwards; shrunk by
/// negative ones, at worst to an empty box.
[[nodiscard]] Box pad(const Box& box, float x, float y);

/// Moved: from pixels of a crop to those of the full image by the crop's x0 and y0.
[[nodiscard]] Box shift(const Box& box, float x, float y);

}  // namespace sluice::vision
