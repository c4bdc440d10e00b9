// From the boxes of a model to objects in an image.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "vision/object.hpp"
#include "vision/post/nms.hpp"
#include "vision/transform.hpp"

namespace sluice::vision::post {

/// Adds a detection unless its box is empty, in which case there is nothing to see. Error
/// (invalid): the box, which `output` holds, is not finite.
base::Status add_detection(std::vector<Detection>& detections, const Detection& detection,
                           std::string_view output);

/// An object for each detection in pixels of the model's input: its box in pixels of the image that
/// was pre-processed, cut at the image's border. Boxes wholly outside (in a letterbox's margin) are
/// left out.
[[nodiscard]] std::vector<Object> to_objects(std::span<const Detection> detections,
                                             const Transform& transform,
                                             std::span<const std::string> labels);

}  // namespace sluice::vision::post
