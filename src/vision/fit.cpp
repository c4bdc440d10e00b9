#include "vision/fit.hpp"

#include <fmt/format.h>

namespace sluice::vision {
namespace {

using base::ErrorCode;

const char* dtype_option(tensor::DType dtype) {
  switch (dtype) {
    case tensor::DType::fp32:
      return "fp32";
    case tensor::DType::fp16:
      return "fp16";
    case tensor::DType::uint8:
      return "uint8";
    case tensor::DType::int8:
      return "int8";
    default:
      return nullptr;
  }
}

/// The model's input in messages, and how they name the options.
struct Place {
  std::string input;
  Notation notation;

  [[nodiscard]] std::string set(std::string_view name, std::string_view value) const {
    return "set " + option_setting(notation, name, value);
  }
};

base::Status fit_dtype(const PreprocessOptions& options, const Place& place, tensor::DType dtype) {
  if (options.dtype == dtype) return {};
  const char* option = dtype_option(dtype);
  if (option == nullptr) {
    return base::fail(ErrorCode::invalid, "{} takes {}, which images do not become", place.input,
                      tensor::to_string(dtype));
  }
  return base::fail(ErrorCode::invalid, "{} takes {}; {}", place.input, tensor::to_string(dtype),
                    place.set("dtype", option));
}

base::Status fit_channels(const PreprocessOptions& options, const Place& place,
                          const tensor::Shape& shape) {
  const bool nchw = options.layout == Layout::nchw;
  const std::int64_t wanted = nchw ? shape[1] : shape[3];
  const std::int64_t other = nchw ? shape[3] : shape[1];
  const std::int64_t given = options.color == ColorOrder::gray ? 1 : 3;
  if (wanted == -1 || wanted == given) return {};
  if (other == given) {
    return base::fail(ErrorCode::invalid, "{} has its channels {}; {}", place.input,
                      nchw ? "last" : "first", place.set("layout", nchw ? "nhwc" : "nchw"));
  }
  if (wanted == 1 || wanted == 3) {
    return base::fail(ErrorCode::invalid, "{} takes {} channel{}; {}", place.input, wanted,
                      wanted == 1 ? "" : "s",
                      place.set("color", wanted == 1 ? "gray" : "rgb or bgr"));
  }
  return base::fail(ErrorCode::invalid,
                    "{} takes {} channels; an image gives 3 (rgb, bgr) or 1 (gray)", place.input,
                    wanted);
}

// One side: the model's where it is fixed.
base::Status fit_side(int& given, std::int64_t wanted, const char* name, const Place& place) {
  if (wanted == -1) return {};
  if (given != 0 && given != wanted) {
    return base::fail(
        ErrorCode::invalid, "{} has the fixed {} {}, not {}; leave {} out", place.input, name,
        wanted, given,
        option_name(place.notation, place.notation == Notation::config ? name : "size"));
  }
  if (wanted < 1 || wanted > std::int64_t{1} << 30) {
    return base::fail(ErrorCode::unsupported, "{} has the impossible {} {}", place.input, name,
                      wanted);
  }
  given = static_cast<int>(wanted);
  return {};
}

}  // namespace

base::Result<PreprocessOptions> fit(PreprocessOptions options, const std::string& input,
                                    tensor::DType dtype, const tensor::Shape& shape,
                                    Notation notation) {
  const Place place{fmt::format("input '{}' {}", input, tensor::to_string(shape)), notation};
  options.input = input;
  if (shape.size() != 4) {
    return base::fail(ErrorCode::invalid,
                      "{} does not take images: it has {} dimensions, not 4 (batch, channels, "
                      "height, width)",
                      place.input, shape.size());
  }
  if (shape[0] != -1 && shape[0] != 1) {
    return base::fail(ErrorCode::unsupported,
                      "{} has a fixed batch of {}; export the model with a dynamic batch or with "
                      "batch 1",
                      place.input, shape[0]);
  }
  if (auto ok = fit_dtype(options, place, dtype); !ok) return tl::unexpected(ok.error());
  if (auto ok = fit_channels(options, place, shape); !ok) return tl::unexpected(ok.error());
  const bool nchw = options.layout == Layout::nchw;
  if (auto ok = fit_side(options.height, shape[nchw ? 2 : 1], "height", place); !ok) {
    return tl::unexpected(ok.error());
  }
  if (auto ok = fit_side(options.width, shape[nchw ? 3 : 2], "width", place); !ok) {
    return tl::unexpected(ok.error());
  }
  if (options.width == 0 && options.height == 0 && options.resize != Resize::none) {
    return base::fail(
        ErrorCode::invalid,
        "{} has no fixed size; set {}, or {} to give each image in its own size", place.input,
        notation == Notation::config ? "preprocess.width and preprocess.height" : "--size",
        option_setting(notation, "resize", "none"));
  }
  if (auto ok = check(options, notation); !ok) return tl::unexpected(ok.error());
  return options;
}

}  // namespace sluice::vision
