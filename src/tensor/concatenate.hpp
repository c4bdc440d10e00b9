// Joins tensors of several requests into one batch.
#pragma once

#include <span>

#include "base/result.hpp"
#include "tensor/tensor.hpp"

namespace sluice::tensor {

/// One tensor with the rows of all `parts` in order, under the first part's name. The inverse is
/// Tensor::rows(). Errors (invalid): no parts, a scalar, or parts that differ in dtype or in a
/// dimension other than the first; as Tensor::allocate().
base::Result<Tensor> concatenate(std::span<const Tensor* const> parts);

}  // namespace sluice::tensor
