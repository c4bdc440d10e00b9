#include "base/json.hpp"

#include <cmath>
#include <cstddef>
#include <string_view>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "base/utf8.hpp"

namespace sluice::base {
namespace {

namespace json = boost::json;

/// With its quotes. Boost writes bytes that are no text as they are.
std::string quoted(json::string_view text) {
  if (is_utf8(text)) return json::serialize(text);
  const std::string valid = valid_utf8(text);
  return json::serialize(json::string_view(valid));
}

void put_scalar(const json::value& value, std::string& out) {
  if (const auto* text = value.if_string()) {
    out += quoted(*text);
    return;
  }
  if (const auto* number = value.if_double()) {
    if (!std::isfinite(*number)) {
      out += "null";
    } else if (*number == std::trunc(*number) && std::abs(*number) < 1e15) {
      out += fmt::format("{:.0f}", *number == 0.0 ? 0.0 : *number);
    } else {
      out += fmt::format("{}", *number);
    }
    return;
  }
  out += json::serialize(value);
}

void put(const json::value& value, std::string& out) {
  const char* separator = "";
  if (const auto* object = value.if_object()) {
    out += '{';
    for (const auto& [key, member] : *object) {
      out += separator;
      out += quoted(key);
      out += ':';
      put(member, out);
      separator = ",";
    }
    out += '}';
  } else if (const auto* array = value.if_array()) {
    out += '[';
    for (const auto& item : *array) {
      out += separator;
      put(item, out);
      separator = ",";
    }
    out += ']';
  } else {
    put_scalar(value, out);
  }
}

bool is_flat(const json::value& value) {
  const auto scalar = [](const json::value& v) { return !v.is_structured(); };
  if (const auto* array = value.if_array()) {
    for (const auto& item : *array) {
      if (!scalar(item)) return false;
    }
  } else if (const auto* object = value.if_object()) {
    for (const auto& member : *object) {
      if (!scalar(member.value())) return false;
    }
  }
  return true;
}

/// One line with spaces after colons and commas: {"a": 1, "b": [1, 2]}.
std::string inline_text(const json::value& value) {
  std::string out;
  std::string_view separator;
  if (const auto* object = value.if_object()) {
    out += '{';
    for (const auto& [key, member] : *object) {
      out += separator;
      out += quoted(key) + ": ";
      put(member, out);
      separator = ", ";
    }
    out += '}';
  } else if (const auto* array = value.if_array()) {
    out += '[';
    for (const auto& item : *array) {
      out += separator;
      put(item, out);
      separator = ", ";
    }
    out += ']';
  } else {
    put_scalar(value, out);
  }
  return out;
}

void put_pretty(const json::value& value, std::size_t depth, std::size_t column, std::string& out) {
  if (is_flat(value)) {
    auto line = inline_text(value);
    if (!value.is_structured() || column + line.size() <= 100) {
      out += line;
      return;
    }
  }
  const std::string indent(2 * (depth + 1), ' ');
  const bool is_object = value.is_object();
  out += is_object ? "{\n" : "[\n";
  std::size_t left = is_object ? value.get_object().size() : value.get_array().size();
  const auto end_item = [&] { out += --left > 0 ? ",\n" : "\n"; };
  if (is_object) {
    for (const auto& [key, member] : value.get_object()) {
      const auto name = quoted(key);
      out += indent + name + ": ";
      put_pretty(member, depth + 1, indent.size() + name.size() + 3, out);
      end_item();
    }
  } else {
    for (const auto& item : value.get_array()) {
      out += indent;
      put_pretty(item, depth + 1, indent.size() + 1, out);
      end_item();
    }
  }
  out += std::string(2 * depth, ' ') + (is_object ? '}' : ']');
}

}  // namespace

std::string to_json(const json::value& value) {
  std::string out;
  put(value, out);
  return out;
}

std::string to_pretty_json(const json::value& value) {
  std::string out;
  put_pretty(value, 0, 0, out);
  return out + '\n';
}

}  // namespace sluice::base
