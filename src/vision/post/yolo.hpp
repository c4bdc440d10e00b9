// Objects from the heads of YOLO models, as Ultralytics exports them to ONNX.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "tensor/tensor.hpp"
#include "tensor/tensor_info.hpp"
#include "vision/object.hpp"
#include "vision/post/nms.hpp"
#include "vision/transform.hpp"

namespace sluice::vision::post {

/// The layout of the output. v5 and v8: of each of N boxes it has x and y of the centre, width and
/// height in pixels of the model's input, and a score for each of C classes. The scores have been
/// through the sigmoid in the model: it is not applied again.
enum class YoloHead : std::uint8_t {
  v5,  ///< [1,N,5+C], the fifth number is the objectness: score = objectness x class score. v7, too
  v8,  ///< [1,4+C,N], v8 to v11: score = class score
  /// [1,N,6], v10, and exports with their own suppression (`nms=True`): left, top, right, bottom in
  /// pixels of the model's input, score, class.
  end_to_end,
};

struct YoloOptions {
  std::string output{};  ///< name of the model's output; empty: its only one
  YoloHead head = YoloHead::v8;
  /// Names of the classes, in the model's order; empty: the classes are called by their numbers.
  std::vector<std::string> labels{};
  float score_threshold = 0.25F;  ///< lowest score of an object, 0..1
  NmsOptions nms{};               ///< end_to_end: of these, max_detections alone counts
};

/// Checks the options alone. Errors (invalid) name the value and what it may be.
base::Status check(const YoloOptions& options);

/// Whether a model with these outputs (-1: a size that is not known yet) suits the options. Errors
/// (invalid) name the output, what is wanted and what is there: as find_output(); another shape
/// than the head and the number of labels give.
base::Status fit(const YoloOptions& options, std::span<const tensor::TensorInfo> outputs);

/// The objects, best first, with boxes in pixels of the image that was pre-processed. Each box has
/// the best of its classes only, of equal ones the first. Errors (invalid): as fit(); scores
/// outside 0..1 (an export without its sigmoid) or not a number; an object's box that is not
/// finite; a class that the labels do not have. Thread-safe.
base::Result<std::vector<Object>> decode(const YoloOptions& options,
                                         std::span<const tensor::Tensor> outputs,
                                         const Transform& transform);

}  // namespace sluice::vision::post
