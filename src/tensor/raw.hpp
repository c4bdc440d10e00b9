// Tensors as the bytes that the Open Inference Protocol's raw contents have (its binary tensor
// data and raw_input_contents): little-endian elements; of dtype `bytes`, each string with its
// length in four bytes before it.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "base/result.hpp"
#include "tensor/tensor.hpp"

namespace sluice::tensor {

/// The tensor that `data` holds. Elements of fixed size are borrowed as Tensor::borrow() does,
/// strings are copied. Errors (invalid): as Tensor::borrow(), or strings that do not end where
/// `data` does.
base::Result<Tensor> from_raw(std::string name, DType dtype, Shape shape,
                              std::span<const std::byte> data, std::shared_ptr<const void> owner);

/// Bytes that append_raw() adds.
std::size_t raw_size(const Tensor& tensor);

/// Appends the tensor's elements. Strings must be shorter than 4 GiB.
void append_raw(const Tensor& tensor, std::string& out);

}  // namespace sluice::tensor
