// Options in words, for the reasons of verdicts. Internal to rules/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/camera_rule.hpp"

namespace sluice::rules {

[[nodiscard]] inline bool within(const Range& range, double value) {
  return value >= range.min && value <= range.max;
}

/// "'cap' or 'lid'".
[[nodiscard]] std::string one_of(const std::vector<std::string>& labels);
/// "at least 2", "at most 3", "2 to 3", "exactly 2".
[[nodiscard]] std::string limits(const Range& range);
/// "width at least 20, y 0 to 100".
[[nodiscard]] std::string box_ranges_text(const BoxRange& test);
/// " from left to right"; empty for both.
[[nodiscard]] std::string_view direction_text(Direction direction);

}  // namespace sluice::rules
