#include "vision/post/outputs.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "base/text.hpp"

namespace sluice::vision::post {
namespace {

using tensor::DType;
using tensor::Shape;
using tensor::Tensor;
using tensor::TensorInfo;

bool may_fit(const Shape& wanted, const Shape& given) {
  return std::ranges::equal(
      wanted, given, [](std::int64_t a, std::int64_t b) { return a == b || a == -1 || b == -1; });
}

// IEEE 754 half precision: 1 sign, 5 exponent (bias 15), 10 mantissa bits.
float from_half(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1F;
  const int mantissa = bits & 0x3FF;
  float magnitude = 0;
  if (exponent == 0x1F) {
    magnitude = mantissa == 0 ? std::numeric_limits<float>::infinity()
                              : std::numeric_limits<float>::quiet_NaN();
  } else if (exponent == 0) {
    magnitude = std::ldexp(static_cast<float>(mantissa), -24);
  } else {
    magnitude = std::ldexp(static_cast<float>(mantissa | 0x400), exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

// The upper half of a float.
float from_bfloat16(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

template <class T>
std::vector<float> converted(const Tensor& tensor, float (*convert)(T)) {
  std::vector<float> out(tensor.elements());
  std::ranges::transform(tensor.as<T>(), out.begin(), convert);
  return out;
}

template <class T>
float from_number(T value) {
  return static_cast<float>(value);
}

std::vector<float> to_floats(const Tensor& tensor) {
  switch (tensor.dtype()) {
    case DType::boolean:
    case DType::uint8:
      return converted<std::uint8_t>(tensor, from_number);
    case DType::uint16:
      return converted<std::uint16_t>(tensor, from_number);
    case DType::uint32:
      return converted<std::uint32_t>(tensor, from_number);
    case DType::uint64:
      return converted<std::uint64_t>(tensor, from_number);
    case DType::int8:
      return converted<std::int8_t>(tensor, from_number);
    case DType::int16:
      return converted<std::int16_t>(tensor, from_number);
    case DType::int32:
      return converted<std::int32_t>(tensor, from_number);
    case DType::int64:
      return converted<std::int64_t>(tensor, from_number);
    case DType::fp16:
      return converted<std::uint16_t>(tensor, from_half);
    case DType::bf16:
      return converted<std::uint16_t>(tensor, from_bfloat16);
    case DType::fp64:
      return converted<double>(tensor, from_number);
    case DType::fp32:
    case DType::bytes:
      break;
  }
  return {};
}

}  // namespace

std::vector<TensorInfo> describe(std::span<const Tensor> outputs) {
  std::vector<TensorInfo> infos;
  infos.reserve(outputs.size());
  for (const Tensor& output : outputs) {
    infos.push_back({output.name(), output.dtype(), output.shape(), false});
  }
  return infos;
}

base::Result<std::size_t> find_output(std::span<const TensorInfo> outputs, std::string_view name) {
  std::vector<std::string> names;
  for (const TensorInfo& output : outputs) names.push_back(output.name);
  if (name.empty() && outputs.size() != 1) {
    return base::fail(base::ErrorCode::invalid,
                      "the model has {} outputs ({}); say which one to use", outputs.size(),
                      base::join(names));
  }
  const auto found =
      name.empty() ? outputs.begin() : std::ranges::find(outputs, name, &TensorInfo::name);
  if (found == outputs.end()) {
    return base::fail(base::ErrorCode::invalid, "the model has no output '{}'{}", name,
                      base::suggestion(name, "outputs", names));
  }
  if (found->dtype == DType::bytes) {
    return base::fail(base::ErrorCode::invalid, "output '{}' holds strings, not numbers",
                      found->name);
  }
  return static_cast<std::size_t>(found - outputs.begin());
}

base::Status check_shape(const TensorInfo& output, std::initializer_list<Shape> wanted,
                         std::string_view meaning) {
  const auto fits = [&output](const Shape& shape) { return may_fit(shape, output.shape); };
  if (output.any_rank || std::ranges::any_of(wanted, fits)) return {};
  std::vector<std::string> shapes;
  for (const Shape& shape : wanted) shapes.push_back(tensor::to_string(shape));
  return base::fail(base::ErrorCode::invalid, "output '{}' has the shape {}, not {} ({})",
                    output.name, tensor::to_string(output.shape), base::join(shapes, " or "),
                    meaning);
}

Floats::Floats(const Tensor& tensor) : converted_(to_floats(tensor)), view_(converted_) {
  if (tensor.dtype() == DType::fp32) view_ = tensor.as<float>();
}

}  // namespace sluice::vision::post
