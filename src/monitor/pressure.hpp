// From heat, throttling and power to one number that tightens the scheduler: the controller
// between a sensor (Monitor) and a limiter (Scheduler::set_pressure). Pure: no clock, no I/O.
#pragma once

#include <optional>

#include "base/result.hpp"
#include "base/time.hpp"

namespace sluice::monitor {

/// Pressure is 0 (none) to 1: the scheduler's predictions grow by that factor.
struct PressureOptions {
  /// At and below this temperature heat adds no pressure...
  double temperature_low_c = 80;
  /// ...at and above this one it is 1, in between linear. Below the point where the machine
  /// throttles by itself, to act before it does.
  double temperature_high_c = 95;
  /// Least pressure while the machine says that it throttles.
  double throttled = 0.5;
  /// Power the machine may draw, in watts; 0: no budget. Pressure rises linearly from 0 at 90 %
  /// of it to 1 at 110 %.
  double power_budget_w = 0;
  /// Hysteresis: pressure rises at once, but falls only after the readings have asked for at
  /// least `fall_margin` less (or none) for `fall_after`, and then by at most 1 per `fall_time`.
  double fall_margin = 0.1;
  base::Duration fall_after{std::chrono::seconds(5)};
  base::Duration fall_time{std::chrono::seconds(20)};
};

/// What the controller looks at. Absent: not known, adds nothing.
struct PressureInput {
  std::optional<double> temperature_c;
  std::optional<double> power_w;
  bool throttled = false;
};

/// The pressure that the readings alone ask for: the largest of the three.
[[nodiscard]] double wanted_pressure(const PressureOptions& options, const PressureInput& input);

/// wanted_pressure() with hysteresis. Not thread-safe.
class PressureController {
 public:
  /// Error: values out of range or temperatures in the wrong order.
  static base::Result<PressureController> create(const PressureOptions& options);

  /// Takes a reading of time `now` (which must not go backwards) and returns the pressure.
  double update(const PressureInput& input, base::Time now);
  [[nodiscard]] double pressure() const { return pressure_; }

 private:
  explicit PressureController(const PressureOptions& options) : options_(options) {}

  PressureOptions options_;
  double pressure_ = 0;
  /// Since when the readings have asked for less; unset: they do not.
  std::optional<base::Time> lower_since_;
  base::Time last_{};
};

}  // namespace sluice::monitor
