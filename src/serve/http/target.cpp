#include "serve/http/target.hpp"

#include <charconv>

#include "base/utf8.hpp"

namespace sluice::serve::http {
namespace {

std::optional<std::string> decode(std::string_view text, bool plus_is_space) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      result.push_back(' ');
    } else if (text[i] != '%') {
      result.push_back(text[i]);
    } else {
      const auto digits = text.substr(i + 1, 2);
      unsigned value = 0;
      const auto [end, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
      if (error != std::errc() || digits.size() != 2 || end != digits.data() + 2) {
        return std::nullopt;
      }
      result.push_back(static_cast<char>(value));
      i += 2;
    }
  }
  if (!base::is_utf8(result) || result.find('\0') != std::string::npos) return std::nullopt;
  return result;
}

/// Calls `use` with what stands between the separators.
template <class Use>
bool split(std::string_view text, char separator, Use use) {
  for (;;) {
    const auto at = text.find(separator);
    if (!use(text.substr(0, at))) return false;
    if (at == std::string_view::npos) return true;
    text.remove_prefix(at + 1);
  }
}

}  // namespace

std::optional<std::string> Target::parameter(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::optional<Target> parse_target(std::string_view text) {
  if (text.empty() || text.front() != '/') return std::nullopt;
  Target target;
  const auto mark = text.find('?');
  target.path = text.substr(0, mark);
  const bool path_ok = split(target.path.substr(1), '/', [&target](std::string_view part) {
    auto segment = decode(part, false);
    if (segment) target.segments.push_back(std::move(*segment));
    return segment.has_value();
  });
  if (!path_ok) return std::nullopt;
  if (mark == std::string_view::npos) return target;
  const bool query_ok = split(text.substr(mark + 1), '&', [&target](std::string_view part) {
    if (part.empty()) return true;
    const auto equals = part.find('=');
    auto key = decode(part.substr(0, equals), true);
    auto value = decode(equals == std::string_view::npos ? "" : part.substr(equals + 1), true);
    if (!key || !value) return false;
    target.query.emplace_back(std::move(*key), std::move(*value));
    return true;
  });
  if (!query_ok) return std::nullopt;
  return target;
}

}  // namespace sluice::serve::http
