// Addresses and filters that users write (the first line) and topics that brokers send (the rest).
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "mqtt/address.hpp"
#include "mqtt/topic.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = input.find('\n');
  const auto first = input.substr(0, line);
  const auto topic = line == std::string_view::npos ? std::string_view() : input.substr(line + 1);

  if (const auto address = mqtt::parse_address(first)) {
    require(!address->host.empty() && address->port != 0);
  }
  if (mqtt::check_filter(first)) {
    const bool matched = mqtt::matches(first, topic);
    if (first == "#" && !topic.starts_with('$')) require(matched);
  }
  // A topic, as a filter, matches itself.
  if (mqtt::check_topic(topic)) require(mqtt::check_filter(topic) && mqtt::matches(topic, topic));
  return 0;
}
