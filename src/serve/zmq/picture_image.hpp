// A client's tensor as an image.
#pragma once

#include <optional>

#include "base/result.hpp"
#include "serve/options.hpp"
#include "serve/zmq/detector_message.hpp"
#include "vision/image.hpp"

namespace sluice::serve::zmq {

/// Where a picture's elements are.
struct PictureLayout {
  int width = 0;
  int height = 0;
  bool planes = false;  ///< one colour after the other (nchw), not pixel by pixel
};

/// The layout of a picture of three colours: [1,H,W,3], [1,3,H,W], [H,W,1,3] or [H,W,3,1]; of a
/// shape that is several of these, the first. nullopt: none of them, or a side that is 0 or above
/// vision::kMaxSide.
[[nodiscard]] std::optional<PictureLayout> layout_of(const tensor::Shape& shape);

/// The image of a picture. Errors (invalid): another element type than uint8, or no layout.
base::Result<vision::Image> to_image(const Picture& picture, ZmqOptions::Color color);

}  // namespace sluice::serve::zmq
