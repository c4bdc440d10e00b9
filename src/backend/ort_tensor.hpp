// Between our tensors and ONNX Runtime's values and type descriptions.
#pragma once

#include <memory>
#include <string>

#include <onnxruntime_cxx_api.h>

#include "backend/model_info.hpp"
#include "base/result.hpp"
#include "tensor/tensor.hpp"

namespace sluice::backend {

/// What the model says of an input or output. Error (unsupported): not a tensor (a sequence, a
/// map), or elements that we have no type for.
base::Result<TensorInfo> describe(std::string name, const Ort::TypeInfo& type);

/// The tensor as a value that borrows its data (strings are copied); valid while `tensor` is.
/// Throws Ort::Exception.
Ort::Value to_value(const tensor::Tensor& tensor);

/// The value as a tensor that borrows its data and keeps `owner`, which holds the value, alive
/// (strings are copied). Errors: as describe. Throws Ort::Exception.
base::Result<tensor::Tensor> to_tensor(std::string name, Ort::Value& value,
                                       std::shared_ptr<const void> owner);

}  // namespace sluice::backend
