// Where VIO's stations with pipeline_steps keep what they see.
#pragma once

#include <optional>

#include <boost/json/object.hpp>

#include "import/value.hpp"

namespace sluice::import {

/// `images` from binary_storage_config. Credentials become variables of the environment. nullopt:
/// as Sluice does by itself.
[[nodiscard]] std::optional<boost::json::object> vio_images(const Value& storage);

/// `records` from metadata_storage_config, likewise.
[[nodiscard]] std::optional<boost::json::object> vio_records(const Value& storage);

}  // namespace sluice::import
