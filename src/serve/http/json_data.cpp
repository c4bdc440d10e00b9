#include "serve/http/json_data.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <type_traits>

namespace sluice::serve::http {
namespace {

using tensor::DType;
using tensor::Tensor;
using Kind = FlatData::Kind;

/// nullopt: T cannot hold it.
template <class T>
std::optional<T> element(Kind kind, std::uint64_t bits) {
  const auto negative = std::bit_cast<std::int64_t>(bits);
  if constexpr (std::is_same_v<T, bool>) {
    if (kind == Kind::boolean || (kind == Kind::natural && bits <= 1)) return bits == 1;
    return std::nullopt;
  } else if constexpr (std::is_floating_point_v<T>) {
    double value = 0;
    switch (kind) {
      case Kind::natural:
        value = static_cast<double>(bits);
        break;
      case Kind::negative:
        value = static_cast<double>(negative);
        break;
      case Kind::real:
        value = std::bit_cast<double>(bits);
        break;
      default:
        return std::nullopt;
    }
    const auto narrow = static_cast<T>(value);
    if (!std::isfinite(narrow)) return std::nullopt;
    return narrow;
  } else {
    if (kind == Kind::natural && std::in_range<T>(bits)) return static_cast<T>(bits);
    if (kind == Kind::negative && std::in_range<T>(negative)) return static_cast<T>(negative);
    return std::nullopt;
  }
}

template <class T>
base::Status fill(Tensor& tensor, const FlatData& data) {
  const std::span<T> out = tensor.mutable_as<T>();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto value = element<T>(data.kinds[i], data.bits[i]);
    if (!value) {
      return base::fail(base::ErrorCode::invalid, "data[{}] is not a number that {} can hold", i,
                        tensor::to_string(tensor.dtype()));
    }
    out[i] = *value;
  }
  return {};
}

base::Status fill(Tensor& tensor, const FlatData& data) {
  switch (tensor.dtype()) {
    case DType::boolean:
      return fill<bool>(tensor, data);
    case DType::uint8:
      return fill<std::uint8_t>(tensor, data);
    case DType::uint16:
      return fill<std::uint16_t>(tensor, data);
    case DType::uint32:
      return fill<std::uint32_t>(tensor, data);
    case DType::uint64:
      return fill<std::uint64_t>(tensor, data);
    case DType::int8:
      return fill<std::int8_t>(tensor, data);
    case DType::int16:
      return fill<std::int16_t>(tensor, data);
    case DType::int32:
      return fill<std::int32_t>(tensor, data);
    case DType::int64:
      return fill<std::int64_t>(tensor, data);
    case DType::fp32:
      return fill<float>(tensor, data);
    case DType::fp64:
      return fill<double>(tensor, data);
    case DType::fp16:
    case DType::bf16:
    case DType::bytes:
      break;
  }
  return base::fail(base::ErrorCode::invalid,
                    "{} cannot be written in JSON; send it as binary data",
                    tensor::to_string(tensor.dtype()));
}

base::Result<Tensor> strings(std::string name, tensor::Shape shape, FlatData data) {
  for (std::size_t i = 0; i < data.kinds.size(); ++i) {
    if (data.kinds[i] != Kind::text) {
      return base::fail(base::ErrorCode::invalid, "data[{}] is not a string, as BYTES needs", i);
    }
  }
  return Tensor::from_strings(std::move(name), std::move(shape), std::move(data.texts));
}

}  // namespace

base::Result<Tensor> to_tensor(std::string name, DType dtype, tensor::Shape shape, FlatData data) {
  const auto count = tensor::element_count(shape);
  if (!count) return tl::unexpected(count.error());
  if (*count != data.bits.size()) {
    return base::fail(base::ErrorCode::invalid, "data has {} elements, shape {} needs {}",
                      data.bits.size(), tensor::to_string(shape), *count);
  }
  if (dtype == DType::bytes) return strings(std::move(name), std::move(shape), std::move(data));
  auto tensor = Tensor::allocate(std::move(name), dtype, std::move(shape));
  if (!tensor) return tensor;
  if (auto status = fill(*tensor, data); !status) return tl::unexpected(status.error());
  return tensor;
}

}  // namespace sluice::serve::http
