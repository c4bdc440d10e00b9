// The tensors of a stream's requests, from what the server says about the model.
#pragma once

#include <cstdint>
#include <vector>

#include "backend/model_info.hpp"
#include "load/plan.hpp"
#include "tensor/tensor.hpp"

namespace sluice::load {

/// One tensor for each input, in order. The same seed gives the same values.
/// Errors (invalid): a shape that does not fit the model, or names no input; a file of another
/// size than the inputs need; a file for strings.
[[nodiscard]] base::Result<std::vector<tensor::Tensor>> make_payload(
    const Stream& stream, const std::vector<backend::TensorInfo>& inputs, std::uint64_t seed);

}  // namespace sluice::load
