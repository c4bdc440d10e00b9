// What is known of a tensor before there is one: a model's input or output.
#pragma once

#include <string>

#include "tensor/dtype.hpp"
#include "tensor/shape.hpp"

namespace sluice::tensor {

/// Name, type and shape of one input or output.
struct TensorInfo {
  std::string name;
  DType dtype = DType::fp32;
  /// -1: dynamic dimension.
  Shape shape;
  /// The model does not say how many dimensions there are; `shape` is empty then.
  bool any_rank = false;

  /// Whether a tensor of this shape fits.
  [[nodiscard]] bool accepts(const Shape& given) const { return any_rank || fits(shape, given); }
};

}  // namespace sluice::tensor
