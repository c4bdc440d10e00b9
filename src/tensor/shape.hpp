// Shapes of tensors, with arithmetic that cannot overflow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "tensor/dtype.hpp"

namespace sluice::tensor {

/// Dimensions, outermost first; empty: a scalar. -1 in a model's metadata: any size.
using Shape = std::vector<std::int64_t>;

/// "[1,3,-1,-1]".
std::string to_string(const Shape& shape);

/// Product of the dimensions: 1 for a scalar, 0 if any dimension is 0. Error (invalid): a
/// negative dimension, or a product that does not fit.
base::Result<std::size_t> element_count(const Shape& shape);

/// Bytes of a tensor of fixed-size elements; 0 for `bytes`. Error (invalid): as element_count,
/// or more bytes than an address can count.
base::Result<std::size_t> byte_count(DType dtype, const Shape& shape);

/// Whether `given` fits `wanted`: the same rank, and the same size wherever `wanted` is not -1.
bool fits(const Shape& wanted, const Shape& given);

}  // namespace sluice::tensor
