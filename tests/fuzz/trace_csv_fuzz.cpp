// The trace reader on arbitrary text: it must end with sorted times or with a message that names
// the file.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "simulate/trace.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto times = sluice::simulate::parse_trace_csv(text, "fuzz.csv", "a");
  if (times) {
    require(!times->empty());
    require(std::is_sorted(times->begin(), times->end()));
    require(times->front() >= sluice::base::Duration(0));
  } else {
    require(times.error().message.starts_with("fuzz.csv:"));
  }
  return 0;
}
