// Time as a parameter: nothing in scheduling or pipelines reads a clock by itself.
#pragma once

#include <chrono>
#include <cstdint>

namespace sluice::base {

using Duration = std::chrono::nanoseconds;

/// The time line of one run: nanoseconds since an epoch the clock chooses (the start of a
/// simulation; boot for the real clock). Never a wall time.
struct RunClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<RunClock, duration>;
  static constexpr bool is_steady = true;
};
using Time = RunClock::time_point;

/// "Never": later than every real time.
inline constexpr Time kNever = Time::max();
inline constexpr Duration kForever = Duration::max();

/// t + d, where kNever and kForever absorb instead of overflowing.
[[nodiscard]] constexpr Time add(Time t, Duration d) {
  if (t == kNever || d == kForever) {
    return kNever;
  }
  if (d.count() > 0 && t.time_since_epoch().count() > INT64_MAX - d.count()) {
    return kNever;
  }
  return t + d;
}

[[nodiscard]] constexpr double to_seconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}
[[nodiscard]] constexpr double to_ms(Duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}
/// Seconds or milliseconds to a Duration, rounded to the nearest nanosecond.
[[nodiscard]] constexpr Duration from_seconds(double seconds) {
  return Duration(static_cast<std::int64_t>(seconds * 1e9 + (seconds < 0 ? -0.5 : 0.5)));
}
[[nodiscard]] constexpr Duration from_ms(double ms) {
  return from_seconds(ms / 1e3);
}

/// A source of the current time. Thread-safe in every implementation.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Time now() const = 0;
};

/// The machine's monotonic clock.
class SteadyClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override {
    return Time(
        std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
  }
};

}  // namespace sluice::base
