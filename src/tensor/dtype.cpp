#include "tensor/dtype.hpp"

#include <algorithm>
#include <array>

namespace sluice::tensor {
namespace {

struct Entry {
  std::string_view name;
  std::size_t size;
};

// In the order of DType.
constexpr std::array<Entry, 14> kTypes{{{"BOOL", 1},
                                        {"UINT8", 1},
                                        {"UINT16", 2},
                                        {"UINT32", 4},
                                        {"UINT64", 8},
                                        {"INT8", 1},
                                        {"INT16", 2},
                                        {"INT32", 4},
                                        {"INT64", 8},
                                        {"FP16", 2},
                                        {"BF16", 2},
                                        {"FP32", 4},
                                        {"FP64", 8},
                                        {"BYTES", 0}}};
static_assert(kTypes.size() == static_cast<std::size_t>(DType::bytes) + 1);

const Entry& entry(DType dtype) {
  return kTypes[static_cast<std::size_t>(dtype)];
}

}  // namespace

std::size_t size_of(DType dtype) {
  return entry(dtype).size;
}

std::string_view to_string(DType dtype) {
  return entry(dtype).name;
}

std::optional<DType> dtype_from(std::string_view name) {
  const auto* found = std::find_if(kTypes.begin(), kTypes.end(),
                                   [name](const Entry& type) { return type.name == name; });
  if (found == kTypes.end()) return std::nullopt;
  return static_cast<DType>(found - kTypes.begin());
}

}  // namespace sluice::tensor
