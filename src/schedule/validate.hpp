// Checks of SchedulerOptions: names, ranges and references.
#pragma once

#include "base/result.hpp"
#include "schedule/options.hpp"

namespace sluice::schedule {

/// The first thing that is wrong, named as in a configuration file ("tasks[1].weight").
base::Status validate(const SchedulerOptions& options);

}  // namespace sluice::schedule
