#include "serve/tcp/dtype_code.hpp"

#include <algorithm>
#include <array>

namespace sluice::serve::tcp {
namespace {

using tensor::DType;

/// By code.
constexpr std::array kCodes = {DType::fp32,    DType::fp16,  DType::int8,   DType::int32,
                               DType::boolean, DType::uint8, DType::uint16, DType::uint32,
                               DType::uint64,  DType::int16, DType::int64,  DType::bf16,
                               DType::fp64,    DType::bytes};

}  // namespace

std::uint8_t code_of(DType dtype) {
  return static_cast<std::uint8_t>(std::ranges::find(kCodes, dtype) - kCodes.begin());
}

std::optional<DType> dtype_of(std::uint8_t code) {
  if (code >= kCodes.size()) return std::nullopt;
  return kCodes[code];
}

}  // namespace sluice::serve::tcp
