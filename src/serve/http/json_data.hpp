// Numbers and strings of JSON as tensors.
#pragma once

#include "base/result.hpp"
#include "serve/http/json_body.hpp"
#include "tensor/tensor.hpp"

namespace sluice::serve::http {

/// Errors (invalid): a bad shape, another number of elements than it has, an element that the type
/// cannot hold, or FP16 and BF16, which JSON cannot carry.
base::Result<tensor::Tensor> to_tensor(std::string name, tensor::DType dtype, tensor::Shape shape,
                                       FlatData data);

}  // namespace sluice::serve::http
