#include "cli/tables.hpp"

#include <fmt/format.h>

namespace sluice::cli {

std::string ms_cell(base::Duration duration, bool measured) {
  return measured ? fmt::format("{:.1f}", base::to_ms(duration)) : "-";
}

std::string share_cell(double share) {
  return fmt::format("{:.1f}%", 100 * share);
}

std::string drops_cell(const schedule::TaskSummary& task) {
  std::string cell = fmt::format("{}", task.dropped_total());
  const char* separator = ": ";
  for (std::size_t reason = 0; reason < task.dropped.size(); ++reason) {
    if (task.dropped[reason] == 0) continue;
    cell += fmt::format("{}{} {}", separator,
                        schedule::to_string(static_cast<schedule::DropReason>(reason)),
                        task.dropped[reason]);
    separator = ", ";
  }
  return cell;
}

}  // namespace sluice::cli
