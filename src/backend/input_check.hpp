// Checks a request's inputs against what a model declares.
#pragma once

#include <span>
#include <vector>

#include "backend/backend.hpp"

namespace sluice::backend {

/// Puts pointers to `given` into `ordered` (cleared first), in the order of `wanted`; they are
/// matched by name, and a single tensor without a name stands for a model's only input. Errors
/// (invalid): a missing, unknown or repeated input, a wrong type or shape.
base::Status order_inputs(std::span<const TensorInfo> wanted, const Tensors& given,
                          std::vector<const tensor::Tensor*>& ordered);

/// Rows of a request (with one input at least) whose inputs are joined with other requests': the
/// first dimension, which all its inputs must share. Errors (invalid): different first dimensions,
/// a scalar.
base::Result<std::int64_t> request_rows(std::span<const tensor::Tensor* const> inputs);

}  // namespace sluice::backend
