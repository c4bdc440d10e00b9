// What pre-processing does to the place of things: between an image's pixels and a model's.
#pragma once

#include "base/result.hpp"
#include "vision/box.hpp"
#include "vision/preprocess_options.hpp"

namespace sluice::vision {

/// Where an image lies in a model's input. All sizes are in pixels and at least 1.
struct Transform {
  int image_width = 1;  ///< of the image (or crop) that was pre-processed
  int image_height = 1;
  int model_width = 1;  ///< of the model's input
  int model_height = 1;
  /// The part of the model's input that the image fills, and its place there: all of it, but for
  /// letterbox.
  int inner_width = 1;
  int inner_height = 1;
  int left = 0;
  int top = 0;

  bool operator==(const Transform&) const = default;
};

/// The transform of an image of that size under those options, which check() has accepted. With
/// letterbox, the scaled sides and the smaller margins (left, top) are rounded to whole pixels;
/// with `align: start` these margins are 0.
/// Errors (invalid): an image without pixels; `resize: none` and another size than the model's.
base::Result<Transform> transform(const PreprocessOptions& options, int image_width,
                                  int image_height);

/// From pixels of the model's input to those of the image, not clipped. Each axis is scaled by
/// what it was really resized by, after rounding, so that edges come back where they were. (The
/// centres of pixels are at halves, as in the resizing.)
[[nodiscard]] Box to_image(const Box& box, const Transform& transform);

/// The way there: from pixels of the image to those of the model's input.
[[nodiscard]] Box to_model(const Box& box, const Transform& transform);

}  // namespace sluice::vision
