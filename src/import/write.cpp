#include "import/write.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "base/json.hpp"
#include "base/units.hpp"

namespace sluice::import {
namespace {

namespace json = boost::json;

constexpr std::size_t kColumns = 90;

bool is_plain(std::string_view text) {
  constexpr std::array words{"true", "false", "yes", "no", "on", "off", "null", "y", "n"};
  const auto safe = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == '/' || c == '%';
  };
  if (text.empty() || !std::ranges::all_of(text, safe)) return false;
  if (text.front() == '-' || text.front() == '%') return false;
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  if (std::ranges::find(words, lower) != words.end()) return false;
  return lower.find('/') != std::string::npos || !base::parse_number(lower);
}

std::string scalar(const json::value& value) {
  if (value.is_string() && is_plain(value.get_string())) return std::string(value.get_string());
  // A JSON string is a YAML one, too.
  return base::to_json(value);
}

/// On one line; empty: there is a comment within.
std::string on_one_line(const json::value& value) {
  std::vector<std::string> parts;
  if (value.is_array()) {
    for (const auto& item : value.get_array()) {
      parts.push_back(on_one_line(item));
      if (parts.back().empty()) return {};
    }
    return fmt::format("[{}]", fmt::join(parts, ", "));
  }
  if (!value.is_object()) return scalar(value);
  for (const auto& [key, item] : value.get_object()) {
    auto text = on_one_line(item);
    if (key.starts_with('#') || text.empty()) return {};
    parts.push_back(fmt::format("{}: {}", std::string_view(key), text));
  }
  return parts.empty() ? "{}" : fmt::format("{{ {} }}", fmt::join(parts, ", "));
}

void write(const json::value& value, std::size_t indent, std::string& out);

void write_mapping(const json::object& mapping, std::size_t indent, std::string& out) {
  const std::string margin(indent, ' ');
  bool first = true;
  for (const auto& [key, value] : mapping) {
    // The first line follows the dash of a list, or stands where the caller began it.
    if (!first) out += margin;
    first = false;
    if (key.starts_with('#')) {
      std::string_view rest = value.get_string();
      for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
        out += fmt::format("# {}\n{}", rest.substr(0, end), margin);
        rest.remove_prefix(end + 1);
      }
      out += fmt::format("# {}\n", rest);
      continue;
    }
    out += std::string(key) + ":";
    const auto line = on_one_line(value);
    const bool top_list = indent == 0 && value.is_array() && !value.get_array().empty();
    if (!value.is_structured() ||
        (!top_list && !line.empty() && indent + key.size() + 2 + line.size() <= kColumns)) {
      out += " " + line + "\n";
    } else {
      out += "\n" + std::string(indent + 2, ' ');
      write(value, indent + 2, out);
    }
  }
}

/// The caller has written the first line's indentation.
void write(const json::value& value, std::size_t indent, std::string& out) {
  if (value.is_object()) {
    write_mapping(value.get_object(), indent, out);
    return;
  }
  bool first = true;
  for (const auto& item : value.get_array()) {
    if (!first) out += std::string(indent, ' ');
    first = false;
    out += "- ";
    const auto line = on_one_line(item);
    if (!item.is_structured() || (!line.empty() && indent + 2 + line.size() <= kColumns)) {
      out += line + "\n";
    } else {
      write(item, indent + 2, out);
    }
  }
}

}  // namespace

std::string to_yaml(const json::object& document) {
  std::string out;
  for (const auto& [key, value] : document) {
    if (!out.empty()) out += "\n";
    write_mapping({{key, value}}, 0, out);
  }
  return out;
}

std::string literal(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "${") out += '$';
    out += text[i];
  }
  return out;
}

}  // namespace sluice::import
