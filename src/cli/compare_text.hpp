// A comparison as tables.
#pragma once

#include <string>

#include "simulate/compare.hpp"

namespace sluice::cli {

/// Per policy and task, then per policy. `terminal`: see telemetry::TextTable.
[[nodiscard]] std::string comparison_text(const simulate::Comparison& comparison, bool terminal);

/// The second table alone: one row per policy.
[[nodiscard]] std::string policies_text(const simulate::Comparison& comparison, bool terminal);

}  // namespace sluice::cli
