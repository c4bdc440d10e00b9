// Times of day in requests: nothing, or a time that is printed so that it is read back.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "station/item.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice::station;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto time = wall_time_from(text);
  if (!time) return 0;
  // A leap second is the next minute's first, which may be of another year.
  if (text.size() > 17 && text[17] == '6') return 0;
  const auto printed = to_string(*time);
  if (wall_time_from(printed) != time) std::abort();
  // A date, or a time with or without its "Z" and milliseconds: all are the front of what is
  // printed.
  if (!text.ends_with('Z') && !printed.starts_with(text)) std::abort();
  return 0;
}
