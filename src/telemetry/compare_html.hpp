// Pages that put runs beside each other.
#pragma once

#include <string>
#include <vector>

#include "simulate/compare.hpp"
#include "telemetry/report.hpp"

namespace sluice::telemetry {

/// The page of `sluice compare --html`: simulated policies on one workload, beside the bound that
/// none can exceed. Self-contained, as to_html(Report).
[[nodiscard]] std::string to_html(const simulate::Comparison& comparison);

/// Real runs of the same stream side by side, named by their run names; the first one is the
/// baseline of the text. Tasks are matched by name and taken from the first run.
[[nodiscard]] std::string to_html(const std::vector<Report>& runs, const std::string& title);

}  // namespace sluice::telemetry
