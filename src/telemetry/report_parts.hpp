// The sections of a report's page, shared by the page of one run and the page of several.
#pragma once

#include <string>
#include <vector>

#include "telemetry/charts.hpp"
#include "telemetry/page.hpp"
#include "telemetry/report.hpp"

namespace sluice::telemetry {

[[nodiscard]] std::vector<Figure> key_figures(const Report& report);

/// How a task's requests ended, as the parts of a share_bar().
[[nodiscard]] std::vector<Share> outcome_shares(const TaskReport& task);
/// Names and colours of those parts.
[[nodiscard]] std::string outcome_legend();
/// The ends of a latency axis on which all tasks and budgets of the reports fit.
struct LatencyRange {
  base::Duration low{std::chrono::milliseconds(1)};
  base::Duration high{std::chrono::milliseconds(1000)};
};
[[nodiscard]] LatencyRange latency_range(const std::vector<const Report*>& reports);
[[nodiscard]] Distribution latency_distribution(const TaskReport& task, std::string color,
                                                const LatencyRange& range);

// Each section is empty when there is nothing to show.
[[nodiscard]] std::string outcomes_section(const Report& report);
[[nodiscard]] std::string latency_section(const Report& report);
// `top`: how far the value axis reaches at least, for charts to be compared.
[[nodiscard]] std::string queue_section(const Report& report, double top = 1);
[[nodiscard]] std::string drops_section(const Report& report, double top = 1);
/// The largest values of those two charts.
[[nodiscard]] double queue_top(const Report& report);
[[nodiscard]] double drops_top(const Report& report);
[[nodiscard]] std::string protection_section(const Report& report);
[[nodiscard]] std::string slots_section(const Report& report);
[[nodiscard]] std::string resources_section(const Report& report);

}  // namespace sluice::telemetry
