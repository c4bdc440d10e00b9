#include "serve/classification.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <type_traits>
#include <utility>
#include <vector>

namespace sluice::serve {
namespace {

using tensor::DType;
using tensor::Tensor;

template <class T>
std::string format(T score, std::size_t index, std::span<const std::string> labels) {
  std::string text;
  if constexpr (std::is_floating_point_v<T>) {
    text = fmt::format("{:f}:{}", score, index);
  } else {
    text = fmt::format("{}:{}", score, index);
  }
  if (index < labels.size()) text += fmt::format(":{}", labels[index]);
  return text;
}

template <class T>
bool better(T left, T right) {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(left) || std::isnan(right)) return !std::isnan(left) && std::isnan(right);
  }
  return left > right;
}

template <class T>
base::Result<Tensor> best(const Tensor& scores, std::uint64_t count,
                          std::span<const std::string> labels) {
  const auto& shape = scores.shape();
  const bool with_rows = shape.size() >= 2;
  const std::size_t rows = with_rows ? static_cast<std::size_t>(shape[0]) : 1;
  const std::size_t classes = rows == 0 ? 0 : scores.elements() / rows;
  const std::size_t kept = std::min<std::uint64_t>(count, classes);
  const auto values = scores.as<T>();
  std::vector<std::string> strings;
  strings.reserve(rows * kept);
  std::vector<std::size_t> order(classes);
  for (std::size_t row = 0; row < rows; ++row) {
    const auto of_row = values.subspan(row * classes, classes);
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto end = order.begin() + static_cast<std::ptrdiff_t>(kept);
    std::partial_sort(order.begin(), end, order.end(), [&](std::size_t left, std::size_t right) {
      if (better(of_row[left], of_row[right])) return true;
      if (better(of_row[right], of_row[left])) return false;
      return left < right;
    });
    for (auto index = order.begin(); index != end; ++index) {
      strings.push_back(format(of_row[*index], *index, labels));
    }
  }
  tensor::Shape result{static_cast<std::int64_t>(kept)};
  if (with_rows) result.insert(result.begin(), shape[0]);
  return Tensor::from_strings(scores.name(), std::move(result), std::move(strings));
}

}  // namespace

bool can_classify(DType dtype) {
  switch (dtype) {
    case DType::boolean:
    case DType::fp16:
    case DType::bf16:
    case DType::bytes:
      return false;
    default:
      return true;
  }
}

base::Result<Tensor> classify(const Tensor& scores, std::uint64_t count,
                              std::span<const std::string> labels) {
  if (count == 0) {
    return base::fail(base::ErrorCode::invalid,
                      "output {}: parameter classification must be at least 1", scores.name());
  }
  switch (scores.dtype()) {
    case DType::uint8:
      return best<std::uint8_t>(scores, count, labels);
    case DType::uint16:
      return best<std::uint16_t>(scores, count, labels);
    case DType::uint32:
      return best<std::uint32_t>(scores, count, labels);
    case DType::uint64:
      return best<std::uint64_t>(scores, count, labels);
    case DType::int8:
      return best<std::int8_t>(scores, count, labels);
    case DType::int16:
      return best<std::int16_t>(scores, count, labels);
    case DType::int32:
      return best<std::int32_t>(scores, count, labels);
    case DType::int64:
      return best<std::int64_t>(scores, count, labels);
    case DType::fp32:
      return best<float>(scores, count, labels);
    case DType::fp64:
      return best<double>(scores, count, labels);
    default:
      break;
  }
  return base::fail(base::ErrorCode::invalid,
                    "output {}: cannot classify {}; FP32, FP64 or an integer type is needed",
                    scores.name(), tensor::to_string(scores.dtype()));
}

}  // namespace sluice::serve
