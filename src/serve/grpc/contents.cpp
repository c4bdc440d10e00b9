#include "serve/grpc/contents.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace sluice::serve::grpc {
namespace {

using base::ErrorCode;
using tensor::DType;
using tensor::Tensor;

std::size_t listed(const inference::InferTensorContents& contents) {
  const int count = contents.bool_contents_size() + contents.int_contents_size() +
                    contents.int64_contents_size() + contents.uint_contents_size() +
                    contents.uint64_contents_size() + contents.fp32_contents_size() +
                    contents.fp64_contents_size() + contents.bytes_contents_size();
  return static_cast<std::size_t>(count);
}

base::Status check_count(const std::string& name, DType dtype, std::size_t wanted,
                         std::size_t of_type, std::size_t of_all) {
  if (of_type != of_all) {
    return base::fail(ErrorCode::invalid,
                      "input {}: {} of its {} elements are in the contents of another type than {}",
                      name, of_all - of_type, of_all, tensor::to_string(dtype));
  }
  if (of_type != wanted) {
    return base::fail(ErrorCode::invalid, "input {}: its shape has {} elements, its contents {}",
                      name, wanted, of_type);
  }
  return {};
}

/// Elements of type T from a list of a type as wide or wider.
template <class T, class List>
base::Result<Tensor> copied(std::string name, DType dtype, tensor::Shape shape, const List& list,
                            std::size_t of_all) {
  const auto count = tensor::element_count(shape);
  if (!count) return tl::unexpected(base::with_context("input " + name, count.error()));
  const auto checked =
      check_count(name, dtype, *count, static_cast<std::size_t>(list.size()), of_all);
  if (!checked) return tl::unexpected(checked.error());
  auto result = Tensor::allocate(std::move(name), dtype, std::move(shape));
  if (!result) return result;
  const auto elements = result->template mutable_as<T>();
  std::size_t at = 0;
  for (const auto value : list) {
    if constexpr (sizeof(T) < sizeof(value)) {
      if (value < std::numeric_limits<T>::min() || value > std::numeric_limits<T>::max()) {
        return base::fail(ErrorCode::invalid, "input {}: element {} is {}, outside the range of {}",
                          result->name(), at, value, tensor::to_string(dtype));
      }
    }
    elements[at++] = static_cast<T>(value);
  }
  return result;
}

base::Result<Tensor> strings(std::string name, tensor::Shape shape,
                             const inference::InferTensorContents& contents, std::size_t of_all) {
  const auto& list = contents.bytes_contents();
  const auto count = static_cast<std::size_t>(list.size());
  const auto checked = check_count(name, DType::bytes, count, count, of_all);
  if (!checked) return tl::unexpected(checked.error());
  return Tensor::from_strings(std::move(name), std::move(shape), {list.begin(), list.end()});
}

}  // namespace

base::Result<Tensor> from_contents(std::string name, DType dtype, tensor::Shape shape,
                                   const inference::InferTensorContents& contents) {
  const std::size_t all = listed(contents);
  const auto from = [&]<class T>(const auto& list, T /*element*/) {
    return copied<T>(std::move(name), dtype, std::move(shape), list, all);
  };
  switch (dtype) {
    case DType::boolean:
      return from(contents.bool_contents(), false);
    case DType::uint8:
      return from(contents.uint_contents(), std::uint8_t{});
    case DType::uint16:
      return from(contents.uint_contents(), std::uint16_t{});
    case DType::uint32:
      return from(contents.uint_contents(), std::uint32_t{});
    case DType::uint64:
      return from(contents.uint64_contents(), std::uint64_t{});
    case DType::int8:
      return from(contents.int_contents(), std::int8_t{});
    case DType::int16:
      return from(contents.int_contents(), std::int16_t{});
    case DType::int32:
      return from(contents.int_contents(), std::int32_t{});
    case DType::int64:
      return from(contents.int64_contents(), std::int64_t{});
    case DType::fp32:
      return from(contents.fp32_contents(), float{});
    case DType::fp64:
      return from(contents.fp64_contents(), double{});
    case DType::bytes:
      return strings(std::move(name), std::move(shape), contents, all);
    case DType::fp16:
    case DType::bf16:
      break;
  }
  return base::fail(ErrorCode::invalid, "input {}: {} travels in raw_input_contents only", name,
                    tensor::to_string(dtype));
}

}  // namespace sluice::serve::grpc
