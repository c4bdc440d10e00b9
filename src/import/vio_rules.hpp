// VIO's rules.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "import/value.hpp"

namespace sluice::import {

/// A camera rule about what `step` found, reported if it is unknown. `classes`: the labels that
/// the step itself told, which the rule looks at unless it has its own; empty: all. VIO's two ways
/// to write rules: {name, parameters{}} and {camera_rule_type, ...}.
[[nodiscard]] std::optional<boost::json::object> vio_camera_rule(
    const Value& rule, const std::string& step, const std::vector<std::string>& classes);

/// An item rule for `cameras` cameras with rules: {name, parameters{}} or {item_rule_type, ...}.
[[nodiscard]] std::optional<boost::json::object> vio_item_rule(const Value& rule,
                                                               std::size_t cameras);

/// Whether a rule in the second way is about the class of an image, not about objects on it.
[[nodiscard]] bool is_about_classes(const Value& rule);

}  // namespace sluice::import
