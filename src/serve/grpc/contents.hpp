// The typed contents of a tensor in a message.
#pragma once

#include <inference.pb.h>

#include "base/result.hpp"
#include "tensor/tensor.hpp"

namespace sluice::serve::grpc {

/// The tensor whose elements `contents` lists. Errors (invalid): a type that has no list (FP16,
/// BF16), elements in another type's list, a value outside the type's range, another number of
/// elements than the shape has.
base::Result<tensor::Tensor> from_contents(std::string name, tensor::DType dtype,
                                           tensor::Shape shape,
                                           const inference::InferTensorContents& contents);

}  // namespace sluice::serve::grpc
