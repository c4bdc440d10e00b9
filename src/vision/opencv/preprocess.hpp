// From a decoded image to a model's input tensor.
#pragma once

#include <cstdint>

#include <opencv2/core/mat.hpp>

#include "base/result.hpp"
#include "tensor/tensor.hpp"
#include "vision/preprocess_options.hpp"

namespace sluice::vision::opencv {

/// One image (8-bit BGR) to a tensor of shape [1,C,H,W] or [1,H,W,C] called options.input.
/// Resizes bilinearly with pixel centres at half-integers (OpenCV's INTER_LINEAR, which the
/// training code of most vision models uses); gray is 0.299 R + 0.587 G + 0.114 B. The
/// arithmetic of scale, mean and std is done in double precision, once. Errors: as check(), an
/// image of another type, `none` with another size. Thread-safe.
base::Result<tensor::Tensor> preprocess(const cv::Mat& bgr, const PreprocessOptions& options);

/// A value as IEEE half-precision bits, rounded to nearest, ties to even.
[[nodiscard]] std::uint16_t to_half(double value);

}  // namespace sluice::vision::opencv
