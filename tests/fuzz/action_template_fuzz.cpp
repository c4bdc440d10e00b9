// What users write in actions: templates and rate limits; and queued events as they are read back.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "action/event.hpp"
#include "action/filter.hpp"
#include "action/template.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  action::Event event;
  event.id = "{id}";
  event.details["cameras"] = {{"front", {1, 2.5, nullptr}}};
  if (const auto parsed = action::Template::parse(input)) {
    const std::string text = parsed->render(event);
    require(!parsed->constant() || text.size() <= size);
    require(text == parsed->render(event));
  } else {
    require(!parsed.error().message.empty());
  }
  if (const auto limit = action::RateLimit::parse(input)) {
    require(limit->count >= 1 && limit->per > base::Duration::zero());
  }
  if (const auto read = action::event_from_json(input)) {
    require(read->id.size() <= size);
  }
  return 0;
}
