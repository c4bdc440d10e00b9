// Element types of tensors, under the names of the Open Inference Protocol.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::tensor {

/// Element types of the Open Inference Protocol. `bytes` holds strings of any length, every
/// other type has a fixed size.
enum class DType : std::uint8_t {
  boolean,
  uint8,
  uint16,
  uint32,
  uint64,
  int8,
  int16,
  int32,
  int64,
  fp16,
  bf16,
  fp32,
  fp64,
  bytes,
};

/// Bytes per element; 0 for `bytes` (strings).
std::size_t size_of(DType dtype);
/// The protocol's name: "FP32", "BYTES", ...
std::string_view to_string(DType dtype);
/// The type of a protocol name, in exactly that spelling; nullopt for any other text.
std::optional<DType> dtype_from(std::string_view name);

}  // namespace sluice::tensor
