#include "unit/serve/observer_helpers.hpp"

#include <gtest/gtest.h>

namespace sluice::serve::testing {

simulate::Workload overload() {
  simulate::Workload workload;
  workload.name = "overload";
  auto& options = workload.scheduler;
  options.models.resize(2);
  options.models[0].name = "det:1";
  options.models[0].profile_base = 8 * kMs;
  options.models[1].name = "cls:2";
  options.models[1].profile_base = 45 * kMs;
  options.tasks.resize(2);
  options.tasks[0].name = "detector";
  options.tasks[0].priority = 100;
  options.tasks[0].latency_budget = 80 * kMs;
  options.tasks[0].queue_capacity = 24;
  options.tasks[0].weight = 2;
  options.tasks[1].name = "classifier";
  options.tasks[1].model = 1;
  options.tasks[1].priority = 20;
  options.tasks[1].latency_budget = 250 * kMs;
  options.tasks[1].queue_capacity = 24;
  workload.services.resize(2);
  workload.services[0].base = 8 * kMs;
  workload.services[1].base = 45 * kMs;
  simulate::ArrivalOptions arrivals;
  arrivals.rate = 100;
  arrivals.count = 20;
  workload.arrivals = {arrivals, arrivals};
  return workload;
}

telemetry::RunHeader header_of(const schedule::SchedulerOptions& options) {
  telemetry::RunHeader header;
  header.name = "line-3";
  header.scheduler = options;
  header.wall_started_ns = 1'767'261'600'000'000'000;
  return header;
}

ServiceState ready_state() {
  ServiceState state;
  state.ready = true;
  state.generation = 1;
  state.models.push_back({{"det", "1", ModelState::ready, ""}, "cpu", 2, 2});
  state.models.push_back({{"cls", "2", ModelState::ready, ""}, "cpu", 2, 1});
  return state;
}

Watch::Watch(ObserverOptions options) : observer(Observer::create(std::move(options), clock)) {}

simulate::SimulationResult Watch::run(const simulate::Workload& workload,
                                      std::uint32_t generation) {
  auto& sink = observer->begin(generation, header_of(workload.scheduler));
  auto result = simulate::simulate(workload, workload.scheduler, &sink);
  EXPECT_TRUE(result) << result.error().message;
  clock.set(result->end);
  return std::move(*result);
}

}  // namespace sluice::serve::testing
