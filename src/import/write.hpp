// YAML as people write it.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

namespace sluice::import {

/// Block style in the order of the keys; what has no comment within and fits in 90 columns stands
/// on one line. Texts are quoted where they could be taken for something else. The text of a key
/// that begins with '#' is a comment above the next key of that mapping; the other keys must be
/// plain words.
[[nodiscard]] std::string to_yaml(const boost::json::object& document);

/// Lets a text from elsewhere mean itself: a configuration takes "${" for a variable.
[[nodiscard]] std::string literal(std::string_view text);

}  // namespace sluice::import
