// What was loaded.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "tensor/dtype.hpp"
#include "tensor/shape.hpp"

namespace sluice::backend {

/// Name, type and shape of one input or output.
struct TensorInfo {
  std::string name;
  tensor::DType dtype = tensor::DType::fp32;
  /// -1: dynamic dimension.
  tensor::Shape shape;
  /// The model does not say how many dimensions there are; `shape` is empty then.
  bool any_rank = false;

  /// Whether a tensor of this shape fits.
  [[nodiscard]] bool accepts(const tensor::Shape& given) const {
    return any_rank || tensor::fits(shape, given);
  }
};

/// What was loaded, honestly: which provider was taken, and why others were not.
struct ModelInfo {
  std::string name;
  std::string backend;
  std::vector<TensorInfo> inputs;
  std::vector<TensorInfo> outputs;
  /// The taken provider under the name it was asked for; of `synthetic`: "synthetic".
  std::string provider;
  /// "cuda: this ONNX Runtime was built without it ...".
  std::vector<std::string> refused_providers;
  /// Nodes of the optimised graph that each provider runs, where the runtime can tell (ONNX
  /// Runtime 1.24 and later): a model "on cuda" may in truth run mostly on the CPU.
  std::vector<std::pair<std::string, std::size_t>> provider_nodes;
};

}  // namespace sluice::backend
