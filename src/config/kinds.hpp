// Mappings of several kinds, told apart by their key `type`.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/object.hpp"

namespace sluice::config {

/// The kind that a mapping's `type` names: its index in `names`. Reports a node that is no mapping,
/// and a type that is missing (unless there is a fallback) or unknown.
std::optional<std::size_t> read_kind(const Node& node, const Description& kinds,
                                     const std::vector<std::string>& names,
                                     const std::string& fallback, Reader& reader);

/// One kind: an object whose keys, besides `type`, are those given to it. What is read starts as
/// `defaults`, whatever it was before.
template <class T>
Object<T> kind(const std::string& type, const std::string& doc, T defaults = {}) {
  Object<T> o(type, doc, defaults);
  o.rule([defaults = std::move(defaults)](const Node&, T& value, Reader&) { value = defaults; });
  return o;
}

/// A value that is one of several kinds; `fallback`: the one without a `type`, empty: there must be
/// one.
template <class T>
Type<T> kinds(std::vector<Object<T>> alternatives, const std::string& fallback = {}) {
  auto description = std::make_shared<Description>();
  description->kind = Description::Kind::kinds;
  description->word = fallback;
  std::vector<std::string> names;
  for (const auto& alternative : alternatives) {
    names.push_back(alternative.description()->title);
    description->choices.push_back({names.back(), alternative.description()->doc});
    description->alternatives.push_back(alternative.description());
  }
  return {description,
          [description, alternatives, names, fallback](const Node& node, T& value, Reader& reader) {
            const auto index = read_kind(node, *description, names, fallback, reader);
            if (!index) return;
            alternatives[*index].read_with(node, value, reader, {"type"});
          },
          [](const T&) -> boost::json::value { return nullptr; }};
}

}  // namespace sluice::config
