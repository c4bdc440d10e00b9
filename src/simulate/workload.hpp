// A workload: models with their true costs, tasks with their arrivals, and what the scheduler
// is told about them.
#pragma once

#include <string>
#include <vector>

#include "schedule/options.hpp"
#include "simulate/arrivals.hpp"
#include "simulate/service.hpp"

namespace sluice::simulate {

/// How the scheduler learns service times in a simulation.
enum class Estimates : std::uint8_t {
  learned,  ///< from its own estimator only, as on a real machine
  hinted,   ///< each request carries its true time as a hint, distorted by `error`
};

struct Workload {
  std::string name;
  /// Models, tasks, slots and default scheduling options.
  schedule::SchedulerOptions scheduler;
  /// One per model / one per task, same order as in `scheduler`.
  std::vector<ServiceOptions> services;
  std::vector<ArrivalOptions> arrivals;
  Estimates estimates = Estimates::learned;
  /// Lognormal error of hints: standard deviation of the logarithm's factor (0.2 = 20 %).
  double estimate_error = 0;
  /// Arrivals stop at this time; kForever: when each process ends by itself.
  base::Duration duration = base::kForever;
  std::uint64_t seed = 1;
};

}  // namespace sluice::simulate
