// Objects from detectors with separate outputs for boxes, scores and classes: the single shot
// detectors (SSD) of TensorFlow, TensorFlow Lite and PyTorch, and whatever else gives these.
#pragma once

#include <cstdint>
#include <optional>
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

/// The order of a box's four numbers.
enum class BoxOrder : std::uint8_t {
  xyxy,  ///< left, top, right, bottom (PyTorch)
  yxyx,  ///< top, left, bottom, right (TensorFlow)
};

enum class BoxUnit : std::uint8_t {
  normalised,  ///< 0..1 of the model's input
  pixels,      ///< of the model's input
};

/// The outputs are called by their names. N boxes may have a batch axis before them or not.
struct SsdOptions {
  std::string boxes{};  ///< [1,N,4] or [N,4]
  /// [1,N] or [N]: the score of each box; without `classes`, [1,N,C] or [N,C]: of each class. They
  /// are probabilities.
  std::string scores{};
  std::string classes{};  ///< [1,N] or [N]: the number of the class. Empty: the model has none
  std::string count{};    ///< one number: how many of the boxes count. Empty: all do
  BoxOrder order = BoxOrder::yxyx;
  BoxUnit unit = BoxUnit::normalised;
  /// The model's number of the first label: 1 where 0 is the background, whose scores are ignored;
  /// negative only with `classes`. Within -1000..1000.
  int class_offset = 0;
  /// Names of the classes, without the background; empty: called by their numbers less the offset.
  std::vector<std::string> labels{};
  float score_threshold = 0.5F;     ///< lowest score of an object, 0..1
  std::optional<NmsOptions> nms{};  ///< nullopt: the model has suppressed other boxes itself
};

/// Checks the options alone. Errors (invalid) name the value and what it may be.
base::Status check(const SsdOptions& options);

/// Whether a model with these outputs (-1: a size that is not known yet) suits the options. Errors
/// (invalid) name the output, what is wanted and what is there: as find_output(); another shape;
/// numbers of boxes that differ; without `classes`, another number of classes than labels.
base::Status fit(const SsdOptions& options, std::span<const tensor::TensorInfo> outputs);

/// The objects, best first (of equal scores, in the model's order), with boxes in pixels of the
/// image that was pre-processed. Errors (invalid): as fit(); a count that is not within 0..N;
/// scores that are no probabilities; of an object, a class without a label or a box that is not
/// finite. Thread-safe.
base::Result<std::vector<Object>> decode(const SsdOptions& options,
                                         std::span<const tensor::Tensor> outputs,
                                         const Transform& transform);

}  // namespace sluice::vision::post
