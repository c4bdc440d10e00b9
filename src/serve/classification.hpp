// The classification extension: instead of an output's scores, the names of the best.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.hpp"
#include "tensor/tensor.hpp"

namespace sluice::serve {

/// Whether scores of this type can be put in order: FP32, FP64 and the integers.
bool can_classify(tensor::DType dtype);

/// The best `count` classes of each row of `scores`, best first, as strings "SCORE:INDEX" or, where
/// `labels` has the class, "SCORE:INDEX:LABEL". A tensor with two axes or more has rows along its
/// first and the result is BYTES [rows,count]; otherwise BYTES [count]. Fewer classes than `count`:
/// all of them. Ties: the lower index first; NaN: last. Errors (invalid): a `count` of 0, or a
/// dtype that is not FP32, FP64 or an integer.
base::Result<tensor::Tensor> classify(const tensor::Tensor& scores, std::uint64_t count,
                                      std::span<const std::string> labels);

}  // namespace sluice::serve
