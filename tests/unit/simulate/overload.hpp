// A run with every end that a request can have: for the tests of those who watch runs.
#pragma once

#include "simulate/workload.hpp"

namespace sluice::simulate::testing {

/// Two models (det, cls) and two tasks (detector: priority 100, 80 ms; classifier: 20, 250 ms) on
/// one slot; each task offers 20 requests, one every 10 ms; det takes 8 ms, cls 45 ms.
[[nodiscard]] inline Workload overload() {
  constexpr base::Duration kMs{1'000'000};
  Workload workload;
  workload.name = "overload";
  auto& options = workload.scheduler;
  options.models.resize(2);
  options.models[0].name = "det";
  options.models[0].profile_base = 8 * kMs;
  options.models[1].name = "cls";
  options.models[1].profile_base = 45 * kMs;
  options.tasks.resize(2);
  options.tasks[0].name = "detector";
  options.tasks[0].priority = 100;
  options.tasks[0].latency_budget = 80 * kMs;
  options.tasks[0].queue_capacity = 24;
  options.tasks[1].name = "classifier";
  options.tasks[1].model = 1;
  options.tasks[1].priority = 20;
  options.tasks[1].latency_budget = 250 * kMs;
  options.tasks[1].queue_capacity = 24;
  workload.services.resize(2);
  workload.services[0].base = 8 * kMs;
  workload.services[1].base = 45 * kMs;
  ArrivalOptions arrivals;
  arrivals.rate = 100;
  arrivals.count = 20;
  workload.arrivals = {arrivals, arrivals};
  return workload;
}

}  // namespace sluice::simulate::testing
