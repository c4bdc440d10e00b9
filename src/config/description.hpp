// What can be said about a value of the configuration: the one description from which messages,
// the JSON Schema and the Markdown reference are made.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

namespace sluice::config {

struct Description;
using DescriptionPtr = std::shared_ptr<const Description>;

/// One of the words a choice allows.
struct ChoiceDescription {
  std::string name;
  std::string doc;
};

/// One key of an object.
struct KeyDescription {
  std::string name;
  std::string doc;
  bool required = false;
  boost::json::value fallback;  ///< as written in a file; null: none
  DescriptionPtr type;
};

struct Description {
  enum class Kind {
    boolean,
    integer,
    number,
    text,
    choice,
    duration,
    rate,
    bytes,
    fraction,
    list,
    map,
    object,
    either,
    kinds,
  };
  Kind kind = Kind::text;
  /// Limits of a number, in base units (seconds, per second, bytes).
  std::optional<double> minimum;
  std::optional<double> maximum;
  bool above_minimum = false;  ///< the minimum itself is not allowed
  std::string limits;          ///< the same in words: "at least 1", "above 0/s, at most 1e6/s"
  bool is_path = false;        ///< text: a path, relative to the file
  std::string pattern;         ///< text: a regular expression it matches; empty: any
  /// A word that is allowed besides (`none`, `auto`); kinds: the type where none is given. Empty:
  /// none.
  std::string word;
  std::vector<ChoiceDescription> choices;    ///< choice; kinds: their `type`
  DescriptionPtr item;                       ///< list, map
  std::size_t least_items = 0;               ///< list
  std::size_t most_items = 0;                ///< list; 0: no limit
  std::string title;                         ///< object: what it is ("task")
  std::string doc;                           ///< object
  std::vector<KeyDescription> keys;          ///< object
  std::vector<DescriptionPtr> alternatives;  ///< either; kinds: an object each, without `type`
};

/// "a whole number, at least 1", "a time such as 80ms", "one of a, b": for messages and tables.
[[nodiscard]] std::string in_words(const Description& description);

}  // namespace sluice::config
