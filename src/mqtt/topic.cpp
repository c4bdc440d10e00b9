#include "mqtt/topic.hpp"

#include <algorithm>
#include <optional>

#include "base/utf8.hpp"

namespace sluice::mqtt {
namespace {

constexpr std::size_t kMostBytes = 65535;

base::Status check_text(std::string_view text, std::string_view what) {
  if (text.empty()) return base::fail(base::ErrorCode::invalid, "the {} is empty", what);
  if (text.size() > kMostBytes) {
    return base::fail(base::ErrorCode::invalid, "the {} is longer than {} bytes", what, kMostBytes);
  }
  // Brokers may cut the connection of who sends such a text (MQTT 5.0, section 1.5.4).
  const bool control = std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7F'; });
  if (control) {
    return base::fail(base::ErrorCode::invalid, "the {} has a control character", what);
  }
  if (!base::is_utf8(text)) {
    return base::fail(base::ErrorCode::invalid, "the {} is not UTF-8", what);
  }
  return {};
}

/// Takes the next level off; nullopt: there is none left.
std::optional<std::string_view> take_level(std::optional<std::string_view>& rest) {
  if (!rest) return std::nullopt;
  const auto slash = rest->find('/');
  const std::string_view level = rest->substr(0, slash);
  if (slash == std::string_view::npos) {
    rest.reset();
  } else {
    rest = rest->substr(slash + 1);
  }
  return level;
}

}  // namespace

base::Status check_topic(std::string_view topic) {
  if (auto ok = check_text(topic, "topic"); !ok) return ok;
  if (topic.find_first_of("+#") != std::string_view::npos) {
    return base::fail(base::ErrorCode::invalid,
                      "the topic '{}' has a wildcard, which only subscriptions may have", topic);
  }
  return {};
}

base::Status check_filter(std::string_view filter) {
  if (auto ok = check_text(filter, "topic filter"); !ok) return ok;
  std::optional<std::string_view> rest = filter;
  while (const auto level = take_level(rest)) {
    const bool wildcard = level->find_first_of("+#") != std::string_view::npos;
    if ((wildcard && level->size() > 1) || (*level == "#" && rest)) {
      return base::fail(base::ErrorCode::invalid,
                        "the topic filter '{}': '+' must be a level of its own, and '#' the last",
                        filter);
    }
  }
  return {};
}

bool matches(std::string_view filter, std::string_view topic) {
  if (topic.starts_with('$') && (filter.starts_with('+') || filter.starts_with('#'))) return false;
  std::optional<std::string_view> wanted = filter;
  std::optional<std::string_view> given = topic;
  while (true) {
    const auto want = take_level(wanted);
    if (want == "#") return true;
    const auto have = take_level(given);
    if (!want || !have) return !want && !have;
    if (*want != "+" && *want != *have) return false;
  }
}

}  // namespace sluice::mqtt
