// What was loaded.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "tensor/tensor_info.hpp"

namespace sluice::backend {

using tensor::TensorInfo;

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
