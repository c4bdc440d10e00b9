#include "config/redact.hpp"

#include <array>
#include <string_view>

#include <boost/json/array.hpp>

namespace sluice::config {
namespace {

namespace json = boost::json;

constexpr std::string_view kHidden = "(hidden)";

void hide(json::object& object, std::string_view key) {
  if (auto* value = object.if_contains(key)) *value = kHidden;
}

/// Keys of stations whose values are secrets, wherever they stand.
constexpr std::array<std::string_view, 6> kSecrets{
    "password", "secret", "access_key", "secret_key", "session_token", "connection_string"};

void hide_secrets(json::value& value) {
  if (auto* object = value.if_object()) {
    for (const auto key : kSecrets) hide(*object, key);
    for (auto& member : *object) hide_secrets(member.value());
  } else if (auto* array = value.if_array()) {
    for (auto& item : *array) hide_secrets(item);
  }
}

void redact_urls(json::value& value) {
  if (auto* object = value.if_object()) {
    for (auto& member : *object) redact_urls(member.value());
  } else if (auto* array = value.if_array()) {
    for (auto& item : *array) redact_urls(item);
  } else if (auto* text = value.if_string()) {
    const std::string_view url(*text);
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return;
    const auto begin = scheme + 3;
    const auto user = url.substr(begin, url.find_first_of("/?#", begin) - begin).rfind('@');
    if (user != std::string_view::npos) text->replace(begin, user, kHidden);
  }
}

}  // namespace

void redact(json::object& configuration) {
  if (auto* serve = configuration.if_contains("serve"); serve != nullptr && serve->is_object()) {
    hide(serve->get_object(), "tokens");
    auto* tls = serve->get_object().if_contains("tls");
    if (tls != nullptr && tls->is_object()) hide(tls->get_object(), "key");
  }
  if (auto* stations = configuration.if_contains("stations")) hide_secrets(*stations);
  for (auto& member : configuration) redact_urls(member.value());
}

}  // namespace sluice::config
