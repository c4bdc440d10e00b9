#include "tensor/tensor.hpp"

#include <atomic>
#include <bit>
#include <cstring>
#include <new>

namespace sluice::tensor {

using base::ErrorCode;
using base::fail;

namespace {

static_assert(std::endian::native == std::endian::little,
              "tensor data is little-endian in memory and on the wire");

// A cache line, and enough for every vector instruction set.
constexpr std::align_val_t kAlignment{64};

std::shared_ptr<std::byte> allocate_bytes(std::size_t size) {
  if (size == 0) return nullptr;
  void* memory = ::operator new(size, kAlignment, std::nothrow);
  if (memory == nullptr) return nullptr;
  return {static_cast<std::byte*>(memory),
          [](std::byte* data) { ::operator delete(data, kAlignment); }};
}

bool is_aligned(const std::byte* data, DType dtype) {
  return reinterpret_cast<std::uintptr_t>(data) % size_of(dtype) == 0;
}

base::Result<std::size_t> fixed_byte_count(const std::string& name, DType dtype,
                                           const Shape& shape) {
  if (dtype == DType::bytes) {
    return fail(ErrorCode::invalid, "tensor '{}': BYTES holds strings, not fixed-size data", name);
  }
  return byte_count(dtype, shape).map_error([&name](base::Error error) {
    return base::with_context(fmt::format("tensor '{}'", name), std::move(error));
  });
}

}  // namespace

base::Result<Tensor> Tensor::allocate(std::string name, DType dtype, Shape shape) {
  const auto size = fixed_byte_count(name, dtype, shape);
  if (!size) return tl::unexpected(size.error());
  auto memory = allocate_bytes(*size);
  if (memory == nullptr && *size != 0) {
    return fail(ErrorCode::unavailable, "tensor '{}': not enough memory for {} bytes ({} {})", name,
                *size, to_string(dtype), to_string(shape));
  }
  Tensor tensor;
  tensor.name_ = std::move(name);
  tensor.dtype_ = dtype;
  tensor.shape_ = std::move(shape);
  tensor.elements_ = *size / size_of(dtype);
  tensor.writable_ = memory.get();
  tensor.data_ = {tensor.writable_, *size};
  tensor.owner_ = std::move(memory);
  return tensor;
}

base::Result<Tensor> Tensor::borrow(std::string name, DType dtype, Shape shape,
                                    std::span<const std::byte> data,
                                    std::shared_ptr<const void> owner) {
  const auto size = fixed_byte_count(name, dtype, shape);
  if (!size) return tl::unexpected(size.error());
  if (data.size() != *size) {
    return fail(ErrorCode::invalid, "tensor '{}': {} {} needs {} bytes, not {}", name,
                to_string(dtype), to_string(shape), *size, data.size());
  }
  if (!is_aligned(data.data(), dtype)) {
    auto copy = allocate(std::move(name), dtype, std::move(shape));
    if (copy && !data.empty()) std::memcpy(copy->writable_, data.data(), data.size());
    return copy;
  }
  Tensor tensor;
  tensor.name_ = std::move(name);
  tensor.dtype_ = dtype;
  tensor.shape_ = std::move(shape);
  tensor.elements_ = *size / size_of(dtype);
  tensor.data_ = data;
  tensor.owner_ = std::move(owner);
  return tensor;
}

base::Result<Tensor> Tensor::from_strings(std::string name, Shape shape,
                                          std::vector<std::string> strings) {
  const auto count = element_count(shape);
  if (!count) {
    return tl::unexpected(base::with_context(fmt::format("tensor '{}'", name), count.error()));
  }
  if (strings.size() != *count) {
    return fail(ErrorCode::invalid, "tensor '{}': BYTES {} needs {} strings, not {}", name,
                to_string(shape), *count, strings.size());
  }
  auto owner = std::make_shared<const std::vector<std::string>>(std::move(strings));
  Tensor tensor;
  tensor.name_ = std::move(name);
  tensor.dtype_ = DType::bytes;
  tensor.shape_ = std::move(shape);
  tensor.elements_ = *count;
  tensor.strings_ = *owner;
  tensor.owner_ = std::move(owner);
  return tensor;
}

std::span<std::byte> Tensor::mutable_data() {
  if (writable_ == nullptr || owner_.use_count() != 1) return {};
  // The last other owner may have read the data on another thread before it let go.
  std::atomic_thread_fence(std::memory_order_acquire);
  return {writable_, data_.size()};
}

base::Result<Tensor> Tensor::rows(std::int64_t first, std::int64_t count) const {
  if (shape_.empty()) {
    return fail(ErrorCode::invalid, "tensor '{}': a scalar has no rows", name_);
  }
  if (first < 0 || count < 0 || first > shape_[0] || count > shape_[0] - first) {
    return fail(ErrorCode::invalid, "tensor '{}': {} rows from row {} of {}", name_, count, first,
                to_string(shape_));
  }
  Tensor view = *this;
  view.writable_ = nullptr;
  view.shape_[0] = count;
  const std::size_t row = shape_[0] == 0 ? 0 : elements_ / static_cast<std::size_t>(shape_[0]);
  const std::size_t begin = row * static_cast<std::size_t>(first);
  view.elements_ = row * static_cast<std::size_t>(count);
  if (dtype_ == DType::bytes) {
    view.strings_ = strings_.subspan(begin, view.elements_);
  } else {
    view.data_ = data_.subspan(begin * size_of(dtype_), view.elements_ * size_of(dtype_));
  }
  return view;
}

}  // namespace sluice::tensor
