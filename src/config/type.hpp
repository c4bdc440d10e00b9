// Types of configuration values: how one is read, written and described. The scalars, lists and
// maps; see object.hpp for mappings with fixed keys.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/time.hpp"
#include "base/units.hpp"
#include "config/description.hpp"
#include "config/reader.hpp"

namespace sluice::config {

/// How a T is read, written and described.
template <class T>
struct Type {
  DescriptionPtr description;
  /// Reads `node` into the value, or reports problems and leaves it as it was.
  std::function<void(const Node&, T&, Reader&)> read;
  /// The value as it would stand in a file; null: nothing would.
  std::function<boost::json::value(const T&)> write;
};

/// Limits of a number. The words come from the values, so they cannot disagree.
struct Limits {
  std::optional<double> minimum;
  std::optional<double> maximum;
  bool above_minimum = false;
};
inline Limits at_least(double minimum) {
  return {minimum, std::nullopt, false};
}
inline Limits above(double minimum) {
  return {minimum, std::nullopt, true};
}
inline Limits between(double minimum, double maximum) {
  return {minimum, maximum, false};
}
inline Limits above_up_to(double minimum, double maximum) {
  return {minimum, maximum, true};
}

Type<bool> boolean();
Type<std::string> text();
/// A name: letters, digits, `-`, `_` and `.`, not empty.
Type<std::string> name();
/// A path, made relative to the file's folder; never empty.
Type<std::string> path();
Type<double> number(Limits limits);
Type<double> rate(Limits limits);
/// A share: 20% or 0.2.
Type<double> fraction(Limits limits);
/// Bytes, at least `minimum`.
Type<std::uint64_t> bytes(std::uint64_t minimum);
Type<base::Duration> duration(base::Duration minimum = base::Duration(0));
/// The word `none` stands for kForever.
Type<base::Duration> duration_or_none(base::Duration minimum = base::Duration(0));

/// A whole number of type T. `word`, where given, stands for the value `word_value`.
struct IntegerOptions {
  std::int64_t minimum = 0;
  std::int64_t maximum = std::numeric_limits<std::int32_t>::max();
  std::string word{};
  std::int64_t word_value = 0;
};
Type<std::int64_t> integer64(const IntegerOptions& options);

/// The same as Type<T>, for another integer type that can hold the limits.
template <class T>
Type<T> integer(const IntegerOptions& options) {
  auto wide = integer64(options);
  return {wide.description,
          [read = wide.read](const Node& node, T& value, Reader& reader) {
            auto v = static_cast<std::int64_t>(value);
            read(node, v, reader);
            value = static_cast<T>(v);
          },
          [write = wide.write](const T& value) { return write(static_cast<std::int64_t>(value)); }};
}

/// A number in single precision.
Type<float> real(Limits limits);

/// A share in single precision.
Type<float> share(Limits limits);
/// A path as path(), in the standard library's type.
Type<std::filesystem::path> fs_path();

/// A value that may be left out altogether.
template <class T>
Type<std::optional<T>> maybe(Type<T> type) {
  return {type.description,
          [read = type.read](const Node& node, std::optional<T>& value, Reader& reader) {
            T inner = value.value_or(T{});
            const auto before = reader.problems().size();
            read(node, inner, reader);
            if (reader.problems().size() == before) value = std::move(inner);
          },
          [write = type.write](const std::optional<T>& value) {
            return value ? write(*value) : boost::json::value(nullptr);
          }};
}

/// One word of a choice.
template <class E>
struct Choice {
  E value;
  std::string name;
  std::string doc;
};

/// Index of the chosen word in `names`; the part of choice() that does not depend on the type.
std::optional<std::size_t> read_choice(const Node& node,
                                       const std::vector<ChoiceDescription>& choices,
                                       Reader& reader);

/// One of the given words.
template <class E>
Type<E> choice(std::vector<Choice<E>> choices) {
  auto description = std::make_shared<Description>();
  description->kind = Description::Kind::choice;
  std::vector<E> values;
  for (auto& c : choices) {
    description->choices.push_back({c.name, c.doc});
    values.push_back(c.value);
  }
  return {description,
          [description, values](const Node& node, E& value, Reader& reader) {
            const auto index = read_choice(node, description->choices, reader);
            if (index) value = values[*index];
          },
          [description, values](const E& value) -> boost::json::value {
            for (std::size_t i = 0; i < values.size(); ++i) {
              if (values[i] == value) return boost::json::string(description->choices[i].name);
            }
            return nullptr;
          }};
}

/// Reports a node that is not of `kind`: "expected a list, found a value".
bool expect(const Node& node, Node::Kind kind, const Description& wanted, Reader& reader);

/// A list of `least` to `most` items (0: no limit).
template <class T>
Type<std::vector<T>> list(Type<T> item, std::size_t least = 0, std::size_t most = 0) {
  auto description = std::make_shared<Description>();
  description->kind = Description::Kind::list;
  description->item = item.description;
  description->least_items = least;
  description->most_items = most;
  if (least > 0 && least == most) {
    description->limits = fmt::format("exactly {}", least);
  } else if (least > 0) {
    description->limits = fmt::format("at least {}", least);
  }
  return {description,
          [description, item](const Node& node, std::vector<T>& value, Reader& reader) {
            if (!expect(node, Node::Kind::sequence, *description, reader)) return;
            if (node.items.size() < description->least_items ||
                (description->most_items > 0 && node.items.size() > description->most_items)) {
              reader.problem(node, fmt::format("needs {} items, has {}", description->limits,
                                               node.items.size()));
              return;
            }
            std::vector<T> items(node.items.size());
            for (std::size_t i = 0; i < items.size(); ++i) {
              const auto scope = reader.item(i);
              T one{};  // std::vector<bool> has no references
              item.read(node.items[i], one, reader);
              items[i] = std::move(one);
            }
            value = std::move(items);
          },
          [item](const std::vector<T>& value) -> boost::json::value {
            boost::json::array out;
            for (const auto& v : value) out.push_back(item.write(v));
            return out;
          }};
}

/// Reports a key that stands twice in a mapping.
void report_duplicate_keys(const Node& mapping, Reader& reader);

/// A mapping from names to values of one type.
template <class T>
Type<std::map<std::string, T>> map_of(Type<T> item) {
  auto description = std::make_shared<Description>();
  description->kind = Description::Kind::map;
  description->item = item.description;
  return {description,
          [description, item](const Node& node, std::map<std::string, T>& value, Reader& reader) {
            if (!expect(node, Node::Kind::mapping, *description, reader)) return;
            report_duplicate_keys(node, reader);
            std::map<std::string, T> out;
            for (const auto& entry : node.entries) {
              const auto scope = reader.key(entry.key);
              item.read(entry.value, out[entry.key], reader);
            }
            value = std::move(out);
          },
          [item](const std::map<std::string, T>& value) -> boost::json::value {
            boost::json::object out;
            for (const auto& [key, v] : value) out[key] = item.write(v);
            return out;
          }};
}

/// Three numbers, or one for all three.
Type<std::array<double, 3>> triple();

/// A short form (a scalar) beside the long one (a mapping); written in the long one.
template <class T>
Type<T> either(Type<T> scalar, Type<T> mapping) {
  auto description = std::make_shared<Description>();
  description->kind = Description::Kind::either;
  description->alternatives = {scalar.description, mapping.description};
  return {description,
          [scalar, mapping](const Node& node, T& value, Reader& reader) {
            (node.kind == Node::Kind::mapping ? mapping : scalar).read(node, value, reader);
          },
          scalar.write};
}

}  // namespace sluice::config
