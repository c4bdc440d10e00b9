// Element types as both versions of the protocol number them (version 1 knows the first four).
#pragma once

#include <cstdint>
#include <optional>

#include "tensor/dtype.hpp"

namespace sluice::serve::tcp {

std::uint8_t code_of(tensor::DType dtype);
/// nullopt: no such code.
std::optional<tensor::DType> dtype_of(std::uint8_t code);

}  // namespace sluice::serve::tcp
