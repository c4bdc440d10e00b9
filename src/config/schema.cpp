#include "config/schema.hpp"

#include <boost/json/array.hpp>

#include "config/sections.hpp"

namespace sluice::config {
namespace {

namespace json = boost::json;
using Kind = Description::Kind;

json::object schema_of(const Description& d);

/// A scalar may also be a text with a variable in it, which only the loader can check.
json::object or_variable(json::object schema) {
  return {{"anyOf", json::array{std::move(schema), {{"$ref", "#/$defs/variable"}}}}};
}

json::object text_pattern(std::string_view pattern) {
  return {{"type", "string"}, {"pattern", pattern}};
}

json::object with_limits(json::object schema, const Description& d) {
  if (d.minimum) schema[d.above_minimum ? "exclusiveMinimum" : "minimum"] = *d.minimum;
  if (d.maximum) schema["maximum"] = *d.maximum;
  return schema;
}

json::object object_schema(const Description& d) {
  json::object properties;
  json::array required;
  for (const auto& key : d.keys) {
    auto property = schema_of(*key.type);
    property["description"] = key.doc;
    if (!key.fallback.is_null()) property["default"] = key.fallback;
    properties[key.name] = std::move(property);
    if (key.required) required.emplace_back(key.name);
  }
  json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  schema["additionalProperties"] = false;
  return schema;
}

json::object kinds_schema(const Description& d) {
  json::array alternatives;
  for (const auto& kind : d.alternatives) {
    auto schema = object_schema(*kind);
    schema["description"] = kind->doc;
    schema["properties"].as_object()["type"] = {{"const", kind->title}};
    if (kind->title != d.word) {
      auto& required = schema["required"];
      if (!required.is_array()) required = json::array();
      required.as_array().insert(required.as_array().begin(), "type");
    }
    alternatives.push_back(std::move(schema));
  }
  return {{"oneOf", std::move(alternatives)}};
}

json::object choice_schema(const Description& d) {
  json::array words;
  for (const auto& choice : d.choices) {
    words.push_back({{"const", choice.name}, {"description", choice.doc}});
  }
  return {{"oneOf", std::move(words)}};
}

/// The scalar kinds, before a special word and variables are allowed.
json::object scalar_schema(const Description& d) {
  constexpr std::string_view kNumber = R"(^-?[0-9.]+(e[+-]?[0-9]+)?)";
  switch (d.kind) {
    case Kind::boolean:
      return {{"type", "boolean"}};
    case Kind::integer: {
      json::object schema{{"type", "integer"}};
      if (d.minimum) schema["minimum"] = static_cast<std::int64_t>(*d.minimum);
      // 2^63 does not survive the way through a double, and limits nobody.
      if (d.maximum && *d.maximum < 9e18) {
        schema["maximum"] = static_cast<std::int64_t>(*d.maximum);
      }
      return schema;
    }
    case Kind::number:
      return {{"anyOf", json::array{with_limits({{"type", "number"}}, d),
                                    text_pattern(fmt::format("{} */ *[0-9.]+$", kNumber))}}};
    case Kind::text:
      if (!d.pattern.empty()) return text_pattern(d.pattern);
      return {{"type", json::array{"string", "number", "boolean"}}};
    case Kind::duration:
      return {{"anyOf", json::array{text_pattern(fmt::format("{} *(ns|us|ms|s|min|h|d)$", kNumber)),
                                    {{"const", 0}}}}};
    case Kind::rate:
      return text_pattern(fmt::format("{} */(s|min|h)$", kNumber));
    case Kind::bytes:
      return {{"anyOf", json::array{text_pattern(fmt::format("{} *([KMG]i)?B$|{} *[kMG]B$", kNumber,
                                                             kNumber)),
                                    {{"const", 0}}}}};
    case Kind::fraction:
      return {{"anyOf", json::array{with_limits({{"type", "number"}}, d),
                                    text_pattern(fmt::format("{} *%$", kNumber))}}};
    default:
      return choice_schema(d);
  }
}

json::object schema_of(const Description& d) {
  switch (d.kind) {
    case Kind::list: {
      json::object schema{{"type", "array"}, {"items", schema_of(*d.item)}};
      if (d.least_items > 0) schema["minItems"] = d.least_items;
      if (d.most_items > 0) schema["maxItems"] = d.most_items;
      return schema;
    }
    case Kind::map:
      return {{"type", "object"}, {"additionalProperties", schema_of(*d.item)}};
    case Kind::object:
      return object_schema(d);
    case Kind::kinds:
      return kinds_schema(d);
    case Kind::either: {
      json::array alternatives;
      for (const auto& alternative : d.alternatives) {
        alternatives.push_back(schema_of(*alternative));
      }
      return {{"anyOf", std::move(alternatives)}};
    }
    default:
      break;
  }
  auto schema = scalar_schema(d);
  if (!d.word.empty()) {
    schema = {{"anyOf", json::array{std::move(schema), {{"const", d.word}}}}};
  }
  return or_variable(std::move(schema));
}

}  // namespace

json::object json_schema() {
  json::object schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                      {"title", "Sluice configuration"}};
  for (auto& member : object_schema(*root_object().description())) {
    schema[member.key()] = std::move(member.value());
  }
  schema["$defs"] = {{"variable",
                      {{"type", "string"},
                       {"pattern", R"(\$\{[^}]+\})"},
                       {"description", "A value with an environment variable in it."}}}};
  return schema;
}

}  // namespace sluice::config
