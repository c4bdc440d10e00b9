// Numbers in the cells of tables.
#pragma once

#include <string>

#include "schedule/summary.hpp"

namespace sluice::cli {

/// "12.3", in milliseconds; "-" where there is nothing to measure.
[[nodiscard]] std::string ms_cell(base::Duration duration, bool measured = true);
/// "98.2%".
[[nodiscard]] std::string share_cell(double share);
/// "5: expired 3, shed 2"; "0" for none.
[[nodiscard]] std::string drops_cell(const schedule::TaskSummary& task);

}  // namespace sluice::cli
