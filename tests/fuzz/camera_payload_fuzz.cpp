// The readers of sensors' messages take any payload: numbers that come out are finite, there is at
// least one, and an error says why.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "camera/payload.hpp"

namespace {

using sluice::camera::PayloadOptions;
using sluice::camera::Values;

void check(std::string_view payload, const PayloadOptions& options) {
  const auto content = sluice::camera::parse_payload(payload, options);
  if (!content) {
    if (content.error().message.empty()) std::abort();
    return;
  }
  const auto* values = std::get_if<Values>(&*content);
  if (values == nullptr) return;
  if (values->empty()) std::abort();
  if (!options.keys.empty() && values->size() != options.keys.size()) std::abort();
  if (!std::ranges::all_of(*values, [](float value) { return std::isfinite(value); })) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using Format = PayloadOptions::Format;
  const std::string_view payload(reinterpret_cast<const char*>(data), size);
  check(payload, {Format::json, {}});
  check(payload, {Format::json, {"t", "co2"}});
  check(payload, {Format::array, {}});
  check(payload, {Format::base64, {}});
  return 0;
}
