// From a decoded image to a model's input tensor, as declared per model.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include <opencv2/core/mat.hpp>

#include "base/result.hpp"
#include "tensor/tensor.hpp"
#include "vision/image.hpp"

namespace sluice::vision {

enum class Resize : std::uint8_t {
  stretch,    ///< to the model's size, whatever that does to proportions
  letterbox,  ///< the largest that fits, centred, filled up with pad_value
  none,       ///< the image must have the right size already
};
enum class ColorOrder : std::uint8_t { rgb, bgr, gray };
enum class Layout : std::uint8_t { nchw, nhwc };

struct PreprocessOptions {
  std::string input;  ///< name of the model's input; empty: its only input
  /// Size of the model input. Both 0: the image's own; one 0 (with stretch): that side follows
  /// the image's proportions.
  int width = 0;
  int height = 0;
  Resize resize = Resize::stretch;
  double pad_value = 114;  ///< letterbox fill in every channel, 0..255, before scale
  ColorOrder color = ColorOrder::rgb;
  /// value = (pixel * scale - mean) / std, per channel in the order of `color`. uint8 and int8
  /// round the value to the nearest integer and saturate.
  double scale = 1.0 / 255;
  std::array<double, 3> mean{0, 0, 0};
  std::array<double, 3> std{1, 1, 1};
  Layout layout = Layout::nchw;
  tensor::DType dtype = tensor::DType::fp32;  ///< fp32, fp16, uint8, int8
};

/// Checks the options alone. Errors name the option and what it may be.
base::Status check(const PreprocessOptions& options);

/// One image (8-bit BGR) to a tensor of shape [1,C,H,W] or [1,H,W,C] called options.input.
/// Resizes bilinearly with pixel centres at half-integers (OpenCV's INTER_LINEAR, which the
/// training code of most vision models uses); gray is 0.299 R + 0.587 G + 0.114 B. The
/// arithmetic of scale, mean and std is done in double precision, once. Errors: as check(), an
/// image of another type, `none` with another size. Thread-safe.
base::Result<tensor::Tensor> preprocess(const cv::Mat& bgr, const PreprocessOptions& options);

/// A value as IEEE half-precision bits, rounded to nearest, ties to even.
[[nodiscard]] std::uint16_t to_half(double value);

}  // namespace sluice::vision
