// Quantities that users write: each parser ends with a value, which is printed so that it is read
// back, or with a message.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/units.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

/// Returns whether there is a value.
template <class T>
bool ends_well(const sluice::base::Result<T>& result) {
  require(result.has_value() || !result.error().message.empty());
  return result.has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice::base;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto time = parse_duration(text); ends_well(time)) {
    require(parse_duration(format_duration(*time)) == *time);
  }
  if (const auto rate = parse_rate(text); ends_well(rate)) {
    require(std::isfinite(*rate));
    require(parse_rate(format_rate(*rate)) == *rate);
  }
  if (const auto bytes = parse_bytes(text); ends_well(bytes)) {
    require(parse_bytes(format_bytes(*bytes)) == *bytes);
  }
  if (const auto fraction = parse_fraction(text); ends_well(fraction)) {
    require(std::isfinite(*fraction));
  }
  if (const auto number = parse_number(text); ends_well(number)) {
    require(std::isfinite(*number));
    require(parse_number(format_number(*number)) == *number);
  }
  if (const auto integer = parse_integer(text); ends_well(integer)) {
    require(parse_integer(fmt::format("{}", *integer)) == *integer);
  }
  return 0;
}
