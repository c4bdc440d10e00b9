// Fields of JSON objects that may be missing, or be something else.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

namespace sluice::base {

/// The text at a key; empty where there is none, or something that is no text.
[[nodiscard]] std::string text_at(const boost::json::object& object, std::string_view key);

/// The object at a key; nullptr where there is none, or something that is no object. It belongs to
/// `object`.
[[nodiscard]] const boost::json::object* object_at(const boost::json::object& object,
                                                   std::string_view key);

}  // namespace sluice::base
