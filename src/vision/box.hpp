// A rectangle on an image.
#pragma once

namespace sluice::vision {

/// From its left upper corner (x0, y0) to its right lower one (x1, y1), in pixels of the full
/// image as it is, the image's left upper corner being (0, 0): pixel (x, y) covers [x, x+1) times
/// [y, y+1), and the whole image is {0, 0, width, height}.
struct Box {
  float x0 = 0;
  float y0 = 0;
  float x1 = 0;
  float y1 = 0;

  friend bool operator==(const Box&, const Box&) = default;
};

}  // namespace sluice::vision
