// Runs and states for the tests of the observer.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/manual_clock.hpp"
#include "serve/observer.hpp"
#include "simulate/simulator.hpp"

namespace sluice::serve::testing {

inline constexpr base::Duration kMs{1'000'000};

[[nodiscard]] inline base::Time at(double ms) {
  return base::Time(base::from_ms(ms));
}

/// As simulate::testing::overload(), with models of version 1 and 2, and more weight for the
/// detector.
[[nodiscard]] simulate::Workload overload();

/// The run began when the clock did, at 2026-01-01 10:00:00 UTC.
[[nodiscard]] telemetry::RunHeader header_of(const schedule::SchedulerOptions& options);

/// Both models ready.
[[nodiscard]] ServiceState ready_state();

/// An observer with its clock.
struct Watch {
  explicit Watch(ObserverOptions options = {});
  /// Simulates a workload as one generation; the clock then stands at its end.
  simulate::SimulationResult run(const simulate::Workload& workload, std::uint32_t generation = 1);
  [[nodiscard]] boost::json::object live() const { return observer->live(ready_state()); }

  base::ManualClock clock;
  std::unique_ptr<Observer> observer;
};

}  // namespace sluice::serve::testing
