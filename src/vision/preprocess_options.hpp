// How an image becomes a model's input, as declared per model.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "tensor/tensor.hpp"

namespace sluice::vision {

/// Longest side of a model's input: larger than any there is, small enough for every product.
inline constexpr int kMaxSide = 16384;

enum class Resize : std::uint8_t {
  stretch,    ///< to the model's size, whatever that does to proportions
  letterbox,  ///< the largest that fits, filled up with pad_value
  none,       ///< the image must have the right size already
};
/// Where the image lies in a letterbox.
enum class Align : std::uint8_t {
  center,  ///< in the middle (YOLO)
  start,   ///< in the upper left corner (PP-OCR's text recognition)
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
  Align align = Align::center;  ///< letterbox: where the image lies
  double pad_value = 114;       ///< letterbox fill in every channel, 0..255, before scale
  ColorOrder color = ColorOrder::rgb;
  /// value = (pixel * scale - mean) / std, per channel in the order of `color`. uint8 and int8
  /// round the value to the nearest integer and saturate.
  double scale = 1.0 / 255;
  std::array<double, 3> mean{0, 0, 0};
  std::array<double, 3> std{1, 1, 1};
  Layout layout = Layout::nchw;
  tensor::DType dtype = tensor::DType::fp32;  ///< fp32, fp16, uint8, int8
};

/// Where the options were written, so that messages can name them as the user knows them.
enum class Notation : std::uint8_t {
  config,        ///< preprocess.layout: nhwc
  command_line,  ///< --layout nhwc
};
std::string option_name(Notation notation, std::string_view name);
std::string option_setting(Notation notation, std::string_view name, std::string_view value);

/// Checks the options alone. Errors name the option and what it may be.
base::Status check(const PreprocessOptions& options, Notation notation = Notation::config);

}  // namespace sluice::vision
