// Tensors: dtype, shape, and data either owned or borrowed.
#pragma once

#include <cassert>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "tensor/dtype.hpp"
#include "tensor/shape.hpp"

namespace sluice::tensor {

/// A named tensor. Fixed-size types keep row-major little-endian elements in `data()`;
/// `bytes` keeps one string per element in `strings()`. The data is shared on copy and never
/// changes while shared: copies are cheap, batches can borrow. Thread-safe for reading.
class Tensor {
 public:
  /// No name, no elements.
  Tensor() = default;

  /// Uninitialised data for dtype and shape, aligned for vector instructions. Errors: negative
  /// or overflowing shape, `bytes` (invalid); not enough memory (unavailable).
  static base::Result<Tensor> allocate(std::string name, DType dtype, Shape shape);

  /// Borrows `data` and keeps `owner` alive for as long as the tensor or a copy of it lives.
  /// Data that is not aligned for dtype (a slice of a network buffer) is copied instead.
  /// Errors (invalid): a bad shape, `bytes`, or data of another size than dtype and shape need.
  static base::Result<Tensor> borrow(std::string name, DType dtype, Shape shape,
                                     std::span<const std::byte> data,
                                     std::shared_ptr<const void> owner);

  /// A tensor of dtype `bytes`. Errors (invalid): a bad shape, or another number of strings than
  /// it has elements.
  static base::Result<Tensor> from_strings(std::string name, Shape shape,
                                           std::vector<std::string> strings);

  [[nodiscard]] const std::string& name() const { return name_; }
  void rename(std::string name) { name_ = std::move(name); }
  [[nodiscard]] DType dtype() const { return dtype_; }
  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] std::size_t elements() const { return elements_; }
  /// Empty for `bytes`.
  [[nodiscard]] std::span<const std::byte> data() const { return data_; }
  /// The elements as T; T's size must be size_of(dtype()).
  template <class T>
  [[nodiscard]] std::span<const T> as() const {
    assert(sizeof(T) == size_of(dtype_));
    return {reinterpret_cast<const T*>(data_.data()), data_.size() / sizeof(T)};
  }
  /// To fill a tensor made by allocate(). Empty once it is shared with a copy.
  [[nodiscard]] std::span<std::byte> mutable_data();
  /// mutable_data() as T, of which size_of(dtype()) is the size.
  template <class T>
  [[nodiscard]] std::span<T> mutable_as() {
    assert(sizeof(T) == size_of(dtype_));
    const auto bytes = mutable_data();
    return {reinterpret_cast<T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
  /// Empty unless the dtype is `bytes`.
  [[nodiscard]] std::span<const std::string> strings() const { return strings_; }

  /// Rows [first, first + count) of the first axis, sharing this tensor's data. Errors
  /// (invalid): a scalar, or rows that the tensor does not have.
  [[nodiscard]] base::Result<Tensor> rows(std::int64_t first, std::int64_t count) const;

 private:
  std::string name_;
  DType dtype_ = DType::fp32;
  Shape shape_;
  std::size_t elements_ = 0;
  std::span<const std::byte> data_;
  std::span<const std::string> strings_;
  std::shared_ptr<const void> owner_;
  std::byte* writable_ = nullptr;  ///< data_, if this class allocated it
};

}  // namespace sluice::tensor
