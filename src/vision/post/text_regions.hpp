// Where text is, from models that give its probability for each pixel (PP-OCR's detection).
// (Liao et al., "Real-time Scene Text Detection with Differentiable Binarization", 2020.)
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "tensor/tensor.hpp"
#include "tensor/tensor_info.hpp"
#include "vision/object.hpp"
#include "vision/transform.hpp"

namespace sluice::vision::post {

struct TextRegionsOptions {
  std::string output{};        ///< name of the model's output; empty: its only one
  float threshold = 0.3F;      ///< a pixel with a higher probability is text, 0..1
  float box_threshold = 0.6F;  ///< lowest mean probability of the pixels of a region, 0..1
  /// The model is trained to see text smaller than it is, so that lines stay apart. A box grows on
  /// each side by its area times this, divided by its circumference. 0..10; 0: it stays as it is.
  double unclip = 1.5;
  int min_size = 3;        ///< shortest side of a region, before it grows, in pixels of the output
  int max_regions = 1000;  ///< how many are told at most: those with the best scores. 1..10000
};

/// Checks the options alone. Errors (invalid) name the value and what it may be.
base::Status check(const TextRegionsOptions& options);

/// Whether a model with these outputs (-1: a size that is not known yet) suits the options. Errors
/// (invalid) name the output, what is wanted and what is there: as find_output(); another shape
/// than [1,1,H,W], [1,H,W] or [H,W].
base::Status fit(const TextRegionsOptions& options, std::span<const tensor::TensorInfo> outputs);

/// An axis-parallel box around each connected region of text, labelled "text", in pixels of the
/// image that was pre-processed; the score is the mean probability in the region. In reading order:
/// lines from top to bottom, and within a line from left to right. A box belongs to a line if the
/// middle of its height lies within the line's topmost box, and that one's within it. The output
/// may be smaller than the model's input; it covers all of it. Errors (invalid): as fit(); an
/// element that is no probability. Thread-safe.
base::Result<std::vector<Object>> decode(const TextRegionsOptions& options,
                                         std::span<const tensor::Tensor> outputs,
                                         const Transform& transform);

}  // namespace sluice::vision::post
