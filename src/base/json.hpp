// JSON text from Boost.JSON values, as Sluice prints it.
#pragma once

#include <string>

#include <boost/json/value.hpp>

namespace sluice::base {

/// On one line. Numbers in their shortest form ("8", "0.5", where Boost writes 8E0); NaN and
/// infinity, which JSON cannot say, as null; bytes of strings that are not UTF-8 as U+FFFD.
[[nodiscard]] std::string to_json(const boost::json::value& value);

/// The same, indented by two spaces; containers of scalars that fit in 100 columns stay on one
/// line. Ends with a newline.
[[nodiscard]] std::string to_pretty_json(const boost::json::value& value);

}  // namespace sluice::base
