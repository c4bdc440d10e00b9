// Mappings with fixed keys. An Object<T> is the single definition of a section: each key's name,
// type, default (the member's own), documentation, and the member it sets.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "config/type.hpp"

namespace sluice::config {

enum class Need { optional, required };

/// The parts of reading an object that do not depend on its type: reports a node that is no
/// mapping (false), unknown keys, keys given twice and missing required ones. `others`: keys that
/// somebody else has read.
bool check_keys(const Node& node, const Description& object, Reader& reader,
                const std::vector<std::string>& others = {});

template <class T>
class Object {
 public:
  /// `title`: what one such mapping is ("task"). `doc`: a sentence or two about it. `defaults`:
  /// what the documentation gives as the values of keys that are left out.
  Object(std::string title, std::string doc, T defaults = {})
      : description_(std::make_shared<Description>()), defaults_(std::move(defaults)) {
    description_->kind = Description::Kind::object;
    description_->title = std::move(title);
    description_->doc = std::move(doc);
  }

  /// A key that sets what `member` (T& -> M&) refers to. Keys are read in the order in which they
  /// are defined, whatever the order in the file.
  template <class Member, class M>
  Object& key(const std::string& key_name, Member member, Type<M> type, std::string doc,
              Need need = Need::optional) {
    KeyDescription key;
    key.name = key_name;
    key.doc = std::move(doc);
    key.required = need == Need::required;
    key.type = type.description;
    if (!key.required) key.fallback = type.write(std::invoke(member, defaults_));
    description_->keys.push_back(std::move(key));
    actions_.push_back(
        [key_name, member, read = type.read](const Node& node, T& value, Reader& reader) {
          const Node* child = node.find(key_name);
          if (child == nullptr) return;
          const auto scope = reader.key(key_name);
          read(*child, std::invoke(member, value), reader);
        });
    return *this;
  }

  /// All keys of another object, for a part of T (T& -> S&).
  template <class Member, class S>
  Object& include(Member member, const Object<S>& other) {
    for (const auto& key : other.description()->keys) description_->keys.push_back(key);
    actions_.push_back([member, other](const Node& node, T& value, Reader& reader) {
      other.read_keys(node, std::invoke(member, value), reader);
    });
    return *this;
  }

  /// Allows and documents the keys of another object that a rule of an outer object reads.
  template <class S>
  Object& allow(const Object<S>& other) {
    for (const auto& key : other.description()->keys) description_->keys.push_back(key);
    return *this;
  }

  /// A rule about several keys, checked after the keys before it were read.
  Object& rule(std::function<void(const Node&, T&, Reader&)> check) {
    actions_.push_back(std::move(check));
    return *this;
  }

  /// Reads a mapping onto the value: keys that are not given leave it as it is.
  void read(const Node& node, T& value, Reader& reader) const {
    if (check_keys(node, *description_, reader)) read_keys(node, value, reader);
  }

  /// The same where `others` are keys that somebody else has read.
  void read_with(const Node& node, T& value, Reader& reader,
                 const std::vector<std::string>& others) const {
    if (check_keys(node, *description_, reader, others)) read_keys(node, value, reader);
  }

  /// The same without checking for unknown, repeated or missing keys.
  void read_keys(const Node& node, T& value, Reader& reader) const {
    for (const auto& action : actions_) action(node, value, reader);
  }

  [[nodiscard]] DescriptionPtr description() const { return description_; }

 private:
  std::shared_ptr<Description> description_;
  T defaults_;
  std::vector<std::function<void(const Node&, T&, Reader&)>> actions_;
};

/// An object as a value. Its own default is that of its keys.
template <class T>
Type<T> object(Object<T> definition) {
  return {definition.description(),
          [definition](const Node& node, T& value, Reader& reader) {
            definition.read(node, value, reader);
          },
          [](const T&) -> boost::json::value { return nullptr; }};
}

/// The member function for a section whose keys set the same struct as its parent.
template <class T>
auto itself() {
  return [](T& value) -> T& { return value; };
}

}  // namespace sluice::config
