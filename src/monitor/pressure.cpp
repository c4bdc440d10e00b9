#include "monitor/pressure.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace sluice::monitor {
namespace {

double ramp(double value, double low, double high) {
  return std::clamp((value - low) / (high - low), 0.0, 1.0);
}

}  // namespace

double wanted_pressure(const PressureOptions& options, const PressureInput& input) {
  double pressure = input.throttled ? options.throttled : 0.0;
  if (input.temperature_c) {
    pressure = std::max(pressure, ramp(*input.temperature_c, options.temperature_low_c,
                                       options.temperature_high_c));
  }
  if (input.power_w && options.power_budget_w > 0) {
    pressure = std::max(
        pressure, ramp(*input.power_w, 0.9 * options.power_budget_w, 1.1 * options.power_budget_w));
  }
  return pressure;
}

base::Result<PressureController> PressureController::create(const PressureOptions& options) {
  const auto share = [](double value) { return value >= 0 && value <= 1; };
  if (!(options.temperature_low_c < options.temperature_high_c) ||
      !std::isfinite(options.temperature_low_c) || !std::isfinite(options.temperature_high_c)) {
    return base::fail(base::ErrorCode::invalid,
                      "pressure: temperature_low_c ({}) must be below temperature_high_c ({})",
                      options.temperature_low_c, options.temperature_high_c);
  }
  if (!share(options.throttled)) {
    return base::fail(base::ErrorCode::invalid, "pressure: throttled is {}, not within 0..1",
                      options.throttled);
  }
  if (!share(options.fall_margin)) {
    return base::fail(base::ErrorCode::invalid, "pressure: fall_margin is {}, not within 0..1",
                      options.fall_margin);
  }
  if (!(options.power_budget_w >= 0) || !std::isfinite(options.power_budget_w)) {
    return base::fail(base::ErrorCode::invalid,
                      "pressure: power_budget_w is {}, not a number of watts (0: no budget)",
                      options.power_budget_w);
  }
  if (options.fall_after.count() < 0 || options.fall_time.count() < 0) {
    return base::fail(base::ErrorCode::invalid,
                      "pressure: fall_after and fall_time must not be negative");
  }
  return PressureController(options);
}

double PressureController::update(const PressureInput& input, base::Time now) {
  const double wanted = wanted_pressure(options_, input);
  const base::Time last = std::exchange(last_, now);
  if (wanted >= pressure_) {
    pressure_ = wanted;
    lower_since_.reset();
    return pressure_;
  }
  if (wanted > 0 && wanted > pressure_ - options_.fall_margin) {
    lower_since_.reset();
    return pressure_;
  }
  if (!lower_since_) lower_since_ = now;
  const base::Time may_fall_from = base::add(*lower_since_, options_.fall_after);
  if (now < may_fall_from) return pressure_;
  if (options_.fall_time.count() == 0) {
    pressure_ = wanted;
  } else {
    const base::Duration falling = now - std::max(last, may_fall_from);
    const double step = base::to_seconds(falling) / base::to_seconds(options_.fall_time);
    pressure_ = std::max(wanted, pressure_ - step);
  }
  return pressure_;
}

}  // namespace sluice::monitor
