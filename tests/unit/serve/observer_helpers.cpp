#include "unit/serve/observer_helpers.hpp"

#include <gtest/gtest.h>

#include "unit/simulate/overload.hpp"

namespace sluice::serve::testing {

simulate::Workload overload() {
  auto workload = simulate::testing::overload();
  workload.scheduler.models[0].name = "det:1";
  workload.scheduler.models[1].name = "cls:2";
  workload.scheduler.tasks[0].weight = 2;
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
