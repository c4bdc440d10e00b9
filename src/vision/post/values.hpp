// A model's outputs as they are, for models whose meaning is not known here.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "tensor/tensor.hpp"
#include "tensor/tensor_info.hpp"
#include "vision/object.hpp"

namespace sluice::vision::post {

struct ValuesOptions {
  std::vector<std::string> outputs{};  ///< names of the model's outputs; empty: all
  /// Most elements of one output: a result is kept as a record, which is no place for an image.
  int max_values = 4096;
};

/// Checks the options alone. Errors (invalid) name the value and what it may be.
base::Status check(const ValuesOptions& options);

/// Whether a model with these outputs (-1: a size that is not known yet) suits the options. Errors
/// (invalid) name the output: there is none of that name; it has more than max_values elements.
base::Status fit(const ValuesOptions& options, std::span<const tensor::TensorInfo> outputs);

/// An object for each output, in the order of the options (of the model, if these name none):
/// `label` is the output's name and `values` its elements in row-major order, as floats; strings
/// are the object's `text`, one a line. Errors (invalid): as fit(). Thread-safe.
base::Result<std::vector<Object>> decode(const ValuesOptions& options,
                                         std::span<const tensor::Tensor> outputs);

}  // namespace sluice::vision::post
