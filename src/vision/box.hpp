// Axis-aligned boxes in images.
#pragma once

namespace sluice::vision {

/// From the upper left corner (x0, y0) to the lower right one (x1, y1), in pixels of the camera's
/// full image; y grows downwards.
struct Box {
  float x0 = 0;
  float y0 = 0;
  float x1 = 0;
  float y1 = 0;
};

}  // namespace sluice::vision
