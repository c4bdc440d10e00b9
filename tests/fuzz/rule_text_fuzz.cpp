// What users write in rules on text, and the text itself: the first line as a date format and as a
// regular expression, the rest as what was read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rules/date_format.hpp"
#include "rules/pattern.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = input.find('\n');
  const std::string first(input.substr(0, line));
  const std::string_view text =
      line == std::string_view::npos ? std::string_view() : input.substr(line + 1);

  if (const auto format = rules::DateFormat::parse(first)) {
    const auto dates = format->find(text);
    require(dates.size() <= text.size());
    for (const auto& date : dates) require(date.ok());
  } else {
    require(!format.error().message.empty());
  }
  if (const auto pattern = rules::Pattern::compile(first)) {
    require(pattern->expression() == first);
    (void)pattern->found_in(text);
  } else {
    require(!pattern.error().message.empty());
  }
  return 0;
}
