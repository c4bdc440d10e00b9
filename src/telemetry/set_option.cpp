// One scheduler option by name, over the JSON form of the options.
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "base/text.hpp"
#include "base/units.hpp"
#include "telemetry/options_json.hpp"
#include "telemetry/replay.hpp"

namespace sluice::telemetry {

namespace json = boost::json;
using base::ErrorCode;

namespace {

/// The object that a key's prefix "tasks[NAME]." or "models[NAME]." means; the options
/// themselves without one. Takes the prefix off the key.
base::Result<json::object*> target(json::object& options, std::string& key) {
  for (const std::string list : {"tasks", "models"}) {
    if (!key.starts_with(list + "[")) {
      continue;
    }
    const std::size_t end = key.find("].");
    if (end == std::string::npos) {
      return base::fail(ErrorCode::invalid, "{}: must be {}[NAME].FIELD", key, list);
    }
    const std::string name = key.substr(list.size() + 1, end - list.size() - 1);
    std::vector<std::string> names;
    for (json::value& item : options[list].as_array()) {
      json::object& object = item.as_object();
      names.emplace_back(object["name"].as_string());
      if (names.back() == name) {
        key.erase(0, end + 2);
        return &object;
      }
    }
    return base::fail(ErrorCode::not_found, "{}: the journal has no '{}' in {}{}", key, name, list,
                      base::suggestion(name, list, names));
  }
  return &options;
}

base::Result<json::value> value_like(const json::value& old, const std::string& text) {
  const auto problem = [](auto error) { return tl::unexpected(error); };
  if (old.is_bool()) {
    if (text == "true" || text == "false") {
      return json::value(text == "true");
    }
    return base::fail(ErrorCode::invalid, "must be true or false, not '{}'", text);
  }
  if (old.is_string()) {
    return json::value(text);
  }
  if (old.is_double()) {
    auto number = base::parse_fraction(text);
    return number ? base::Result<json::value>(*number) : problem(number.error());
  }
  auto number = base::parse_integer(text);
  return number ? base::Result<json::value>(*number) : problem(number.error());
}

}  // namespace

base::Status set_option(schedule::SchedulerOptions& options, const std::string& key,
                        const std::string& value) {
  json::object object = to_json(options);
  std::string field = key.starts_with("scheduler.") ? key.substr(10) : key;
  auto found = target(object, field);
  if (!found) {
    return tl::unexpected(found.error());
  }
  json::object& place = **found;
  // Durations carry their unit in the JSON field's name, and in the value on the command line. A
  // task without a latency budget has no such field.
  const std::string duration = field + "_ns";
  if (place.contains(duration) || field == "latency_budget") {
    auto parsed = base::parse_duration(value);
    if (!parsed) {
      return tl::unexpected(base::with_context(key, parsed.error()));
    }
    place[duration] = parsed->count();
  } else if (place.contains(field) && !place[field].is_array()) {
    auto parsed = value_like(place[field], value);
    if (!parsed) {
      return tl::unexpected(base::with_context(key, parsed.error()));
    }
    place[field] = *parsed;
  } else {
    std::vector<std::string> known;
    for (const auto& entry : place) {
      const std::string name(entry.key());
      known.push_back(name.ends_with("_ns") ? name.substr(0, name.size() - 3) : name);
    }
    return base::fail(ErrorCode::invalid, "{}: unknown setting{}", key,
                      base::suggestion(field, "settings", known));
  }
  auto changed = options_from_json(object);
  if (!changed) {
    return tl::unexpected(base::with_context(key, changed.error()));
  }
  options = std::move(*changed);
  return {};
}

}  // namespace sluice::telemetry
