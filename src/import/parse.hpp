// From the text of a JSON or YAML file to its values.
#pragma once

#include <boost/json/value.hpp>

#include "base/result.hpp"
#include "import/import.hpp"

namespace sluice::import {

/// The file's values; a text that begins with a brace or bracket is JSON, others are YAML. Plain
/// scalars of YAML are null, booleans and numbers as in its core schema. Errors (invalid):
/// "FILE:LINE: ..." and what is wrong; texts over 4 MiB, deeper than 32 levels or with more than
/// 100,000 values (which aliases could make of a few lines).
[[nodiscard]] base::Result<boost::json::value> parse(const Input& input);

}  // namespace sluice::import
