#include "vision/preprocess_options.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sluice::vision {

std::string option_name(Notation notation, std::string_view name) {
  return fmt::format("{}{}", notation == Notation::config ? "preprocess." : "--", name);
}

std::string option_setting(Notation notation, std::string_view name, std::string_view value) {
  return fmt::format("{}{} {}", option_name(notation, name),
                     notation == Notation::config ? ":" : "", value);
}

base::Status check(const PreprocessOptions& options, Notation notation) {
  using base::ErrorCode;
  const auto name_of = [notation](std::string_view name) { return option_name(notation, name); };
  const auto is_finite = [](double number) { return std::isfinite(number); };
  for (const auto& [name, side] : {std::pair("width", options.width), {"height", options.height}}) {
    if (side < 0 || side > kMaxSide) {
      return base::fail(ErrorCode::invalid, "{} is {}, not within 0..{}", name_of(name), side,
                        kMaxSide);
    }
  }
  if ((options.width == 0) != (options.height == 0) && options.resize != Resize::stretch) {
    return base::fail(ErrorCode::invalid,
                      "give both width and height (one alone works only with {})",
                      option_setting(notation, "resize", "stretch"));
  }
  if (!(options.pad_value >= 0 && options.pad_value <= 255)) {
    return base::fail(ErrorCode::invalid, "{} is {}, not within 0..255", name_of("pad_value"),
                      options.pad_value);
  }
  if (!std::isfinite(options.scale)) {
    return base::fail(ErrorCode::invalid, "{} is not a finite number", name_of("scale"));
  }
  if (!std::ranges::all_of(options.mean, is_finite)) {
    return base::fail(ErrorCode::invalid, "{} is {}; its numbers must be finite", name_of("mean"),
                      fmt::join(options.mean, ", "));
  }
  if (!std::ranges::all_of(options.std, is_finite) ||
      std::ranges::find(options.std, 0) != options.std.end()) {
    return base::fail(ErrorCode::invalid,
                      "{} is {}; its numbers divide and must be finite and not 0", name_of("std"),
                      fmt::join(options.std, ", "));
  }
  if (options.dtype != tensor::DType::fp32 && options.dtype != tensor::DType::fp16 &&
      options.dtype != tensor::DType::uint8 && options.dtype != tensor::DType::int8) {
    return base::fail(ErrorCode::unsupported, "images become FP32, FP16, UINT8 or INT8, not {}",
                      tensor::to_string(options.dtype));
  }
  return {};
}

}  // namespace sluice::vision
