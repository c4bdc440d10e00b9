// From a model's outputs to objects, as declared per model: the counterpart of pre-processing.
#pragma once

#include <span>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "tensor/tensor.hpp"
#include "tensor/tensor_info.hpp"
#include "vision/object.hpp"
#include "vision/post/classification.hpp"
#include "vision/post/ctc.hpp"
#include "vision/post/ssd.hpp"
#include "vision/post/text_regions.hpp"
#include "vision/post/values.hpp"
#include "vision/post/yolo.hpp"
#include "vision/transform.hpp"

namespace sluice::vision::post {

/// What a model's outputs mean. Each alternative has its check(), fit() and decode(), which these
/// functions call.
using PostProcess = std::variant<ValuesOptions, ClassificationOptions, YoloOptions, SsdOptions,
                                 CtcOptions, TextRegionsOptions>;

/// Checks the options alone. Errors (invalid) name the value and what it may be.
base::Status check(const PostProcess& options);

/// Whether a model with these outputs suits the options: asked when a configuration is loaded.
/// Errors (invalid) name the output, what is wanted and what is there.
base::Status fit(const PostProcess& options, std::span<const tensor::TensorInfo> outputs);

/// The objects in the outputs of one request (batch 1), under options that check() has accepted:
/// best first, but regions of text as they are read and plain values in the order of the outputs.
/// Their label, label_index, score, box, text or values are set. Boxes are in pixels of the image
/// or crop that `transform` is of, and lie within it. Errors (invalid) name the output.
/// Thread-safe.
base::Result<std::vector<Object>> decode(const PostProcess& options,
                                         std::span<const tensor::Tensor> outputs,
                                         const Transform& transform);

}  // namespace sluice::vision::post
