#include "action/template.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "base/units.hpp"

namespace sluice::action {
namespace {

namespace json = boost::json;

const std::vector<std::string>& known_keys() {
  // The event's own, then those of an item's record.
  static const std::vector<std::string> keys = {
      "id",          "station",        "kind",          "decision", "time",         "serial_number",
      "category",    "station_config", "received_time", "state",    "error",        "error_message",
      "dimensions",  "cameras",        "inferences",    "verdict",  "trigger",      "timing",
      "deadline_ms", "on_time",        "actions",       "errors",   "configuration"};
  return keys;
}

const std::vector<std::string>& verdict_keys() {
  static const std::vector<std::string> keys = {"rule", "decision", "reason", "objects"};
  return keys;
}

base::Status check_key(const std::string& key, const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), key) != known.end()) return {};
  return base::fail(base::ErrorCode::invalid, "unknown key '{}'{}", key,
                    base::suggestion(key, "keys", known));
}

const json::value* child(const json::value& value, const std::string& name) {
  if (const auto* object = value.if_object()) return object->if_contains(name);
  const auto* array = value.if_array();
  if (array == nullptr) return nullptr;
  const auto index = base::parse_integer(name);
  if (!index || *index < 0 || static_cast<std::size_t>(*index) >= array->size()) return nullptr;
  return &(*array)[static_cast<std::size_t>(*index)];
}

/// The event's own fields hide those of its details.
json::value field(const Event& event, const std::string& name) {
  if (name == "id") return json::value(event.id);
  if (name == "station") return json::value(event.station);
  if (name == "kind") return json::value(event.kind);
  if (name == "decision") return json::value(event.decision);
  if (name == "time") return json::value(event.time);
  return {};
}

json::value lookup(const Event& event, const std::vector<std::string>& path) {
  if (path.size() == 1) {
    if (auto own = field(event, path.front()); !own.is_null()) return own;
  }
  const json::value* value = event.details.if_contains(path.front());
  for (std::size_t i = 1; value != nullptr && i < path.size(); ++i) value = child(*value, path[i]);
  return value == nullptr ? json::value() : *value;
}

}  // namespace

base::Result<Template::Part> Template::parse_key(std::string_view key) {
  Part part;
  if (const auto bar = key.find('|'); bar != std::string_view::npos) {
    if (key.substr(bar + 1) != "json") {
      return base::fail(base::ErrorCode::invalid, "'{{{}}}': after '|' only json is known", key);
    }
    part.json = true;
    key = key.substr(0, bar);
  }
  std::string_view rest = key;
  while (true) {
    const auto dot = rest.find('.');
    part.path.emplace_back(rest.substr(0, dot));
    if (part.path.back().empty()) {
      return base::fail(base::ErrorCode::invalid,
                        "'{{{}}}': an empty key; write {{{{ and }}}} for braces", key);
    }
    if (dot == std::string_view::npos) break;
    rest = rest.substr(dot + 1);
  }
  base::Status ok = check_key(part.path[0], known_keys());
  if (ok && part.path[0] == "verdict" && part.path.size() > 1) {
    ok = check_key(part.path[1], verdict_keys());
  }
  if (!ok) return tl::unexpected(base::with_context(fmt::format("'{{{}}}'", key), ok.error()));
  return part;
}

base::Result<Template> Template::parse(std::string_view text) {
  Template result;
  Part literal;
  const auto end_literal = [&result, &literal] {
    if (!literal.text.empty()) result.parts_.push_back(std::move(literal));
    literal = {};
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '{' && c != '}') {
      literal.text += c;
    } else if (i + 1 < text.size() && text[i + 1] == c) {
      literal.text += c;
      ++i;
    } else {
      const auto end = c == '{' ? text.find_first_of("{}", i + 1) : std::string_view::npos;
      if (end == std::string_view::npos || text[end] != '}') {
        return base::fail(base::ErrorCode::invalid,
                          "'{}' at character {} has no other; write {{{{ and }}}} for braces", c,
                          i + 1);
      }
      auto part = parse_key(text.substr(i + 1, end - i - 1));
      if (!part) return tl::unexpected(part.error());
      end_literal();
      result.parts_.push_back(std::move(*part));
      i = end;
    }
  }
  end_literal();
  return result;
}

std::string Template::render(const Event& event,
                             const std::function<std::string(std::string)>& clean) const {
  std::string text;
  for (const auto& part : parts_) {
    if (part.path.empty()) {
      text += part.text;
      continue;
    }
    const auto value = lookup(event, part.path);
    std::string shown;
    if (part.json || !(value.is_null() || value.is_string())) {
      shown = base::to_json(value);
    } else if (const auto* string = value.if_string()) {
      shown.assign(string->begin(), string->end());
    }
    text += clean ? clean(std::move(shown)) : shown;
  }
  return text;
}

bool Template::constant() const {
  return std::all_of(parts_.begin(), parts_.end(),
                     [](const Part& part) { return part.path.empty(); });
}

}  // namespace sluice::action
