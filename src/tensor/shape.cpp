#include "tensor/shape.hpp"

#include <algorithm>
#include <limits>

#include <fmt/ranges.h>

namespace sluice::tensor {
namespace {

// Half the address space, as for every C++ object: differences of pointers stay in range.
constexpr std::size_t kMaxCount =
    static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max());

}  // namespace

std::string to_string(const Shape& shape) {
  return fmt::format("[{}]", fmt::join(shape, ","));
}

base::Result<std::size_t> element_count(const Shape& shape) {
  if (std::any_of(shape.begin(), shape.end(), [](std::int64_t d) { return d < 0; })) {
    return base::fail(base::ErrorCode::invalid,
                      "shape {} has a negative dimension; give every dimension a size",
                      to_string(shape));
  }
  // Before multiplying: [0, huge, huge] is empty, not too large.
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return std::size_t{0};
  std::size_t count = 1;
  for (const std::int64_t dimension : shape) {
    const auto size = static_cast<std::size_t>(dimension);
    if (size > kMaxCount / count) {
      return base::fail(base::ErrorCode::invalid, "shape {} has more elements than fit in memory",
                        to_string(shape));
    }
    count *= size;
  }
  return count;
}

base::Result<std::size_t> byte_count(DType dtype, const Shape& shape) {
  auto count = element_count(shape);
  if (!count) return count;
  const std::size_t size = size_of(dtype);
  if (size != 0 && *count > kMaxCount / size) {
    return base::fail(base::ErrorCode::invalid, "{} {} has more bytes than fit in memory",
                      to_string(dtype), to_string(shape));
  }
  return *count * size;
}

bool fits(const Shape& wanted, const Shape& given) {
  return std::equal(wanted.begin(), wanted.end(), given.begin(), given.end(),
                    [](std::int64_t want, std::int64_t have) {
                      return want == have || (want == -1 && have >= 0);
                    });
}

}  // namespace sluice::tensor
