// The JSON Schema and the Markdown reference of configuration files, made from the definitions
// that the loader uses.
#pragma once

#include <string>

#include <boost/json/object.hpp>

namespace sluice::config {

/// Draft 2020-12; for editors that complete and check YAML. Rules about several keys (references,
/// keys that need each other) are the loader's alone.
[[nodiscard]] boost::json::object json_schema();

/// docs/reference/configuration.md.
[[nodiscard]] std::string markdown_reference();

}  // namespace sluice::config
