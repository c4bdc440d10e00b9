// The reader of labels takes any text; what it accepts, it accepts again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "vision/labels.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto labels = sluice::vision::parse_labels(text, "labels.txt");
  if (!labels) {
    if (!labels.error().message.starts_with("labels.txt:")) std::abort();
    return 0;
  }
  // With a byte order mark, since the first label may begin like one.
  const std::string again = "\xEF\xBB\xBF" + sluice::base::join(*labels, "\n");
  const auto parsed_again = sluice::vision::parse_labels(again, "labels.txt");
  if (!parsed_again || *parsed_again != *labels) std::abort();
  return 0;
}
