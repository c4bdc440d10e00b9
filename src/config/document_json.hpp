// A document as JSON: to show the configuration in force.
#pragma once

#include <boost/json/value.hpp>

#include "config/document.hpp"

namespace sluice::config {

/// Scalars that YAML reads as numbers or booleans become those, all others strings.
[[nodiscard]] boost::json::value to_json(const Node& node);

}  // namespace sluice::config
