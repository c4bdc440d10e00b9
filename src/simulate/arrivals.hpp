// Arrival processes: when the requests of a task come. Used by the simulator on virtual time
// and by synthetic sources on real time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "simulate/trace.hpp"  // read_trace_csv, which fills ArrivalOptions::times

namespace sluice::simulate {

enum class ArrivalKind : std::uint8_t { periodic, poisson, mmpp, step, spike, trace };

struct ArrivalOptions {
  ArrivalKind kind = ArrivalKind::periodic;
  /// Mean arrivals per second (base rate for `step` and `spike`). Positive, except `trace`.
  double rate = 0;
  /// Arrivals after which the process ends; 0: no limit.
  std::uint64_t count = 0;
  /// First arrival is not before this time. The first of `periodic` is exactly then (its
  /// phase); a `trace` leaves out what is earlier.
  base::Duration start{0};
  /// Nothing arrives at or after this time.
  base::Duration stop = base::kForever;
  /// `periodic`: each arrival moves by a uniform random amount in [0, jitter).
  base::Duration jitter{0};
  /// `mmpp`: two states with rate * high and rate * low and exponential sojourns, Poisson in
  /// each. `rate` is the mean when the two factors' mean is 1.
  double mmpp_high = 1.8;
  double mmpp_low = 0.2;
  base::Duration mmpp_sojourn{std::chrono::seconds(1)};
  /// `step`: Poisson with rate, and rate * factor from `at` on. `spike`: rate * factor in
  /// [at, at + length). Times since the start of the run.
  double factor = 1.0;
  base::Duration at{0};
  base::Duration length{0};
  /// `trace`: arrival times since the start of the run, sorted.
  std::vector<base::Duration> times;
};

/// A seeded generator of one task's arrival times. Not thread-safe.
class Arrivals {
 public:
  virtual ~Arrivals() = default;
  /// The next arrival, never before the one returned last; nullopt when the process ended.
  virtual std::optional<base::Duration> next() = 0;
};

/// The same options and seed give the same times on every platform.
/// Errors: rate or factors out of range, negative times, unsorted trace.
base::Result<std::unique_ptr<Arrivals>> make_arrivals(const ArrivalOptions& options,
                                                      std::uint64_t seed);

/// Whether the process ends by itself: it has a count, a stop, or a trace.
[[nodiscard]] bool ends(const ArrivalOptions& options);

/// Time between arrivals of a periodic process.
[[nodiscard]] base::Duration period_of(const ArrivalOptions& options);

/// When arrival k (from 0) of a periodic process is due, before jitter.
[[nodiscard]] base::Duration due_at(const ArrivalOptions& options, std::uint64_t k);

const char* to_string(ArrivalKind value);
std::optional<ArrivalKind> arrival_kind_from(const std::string& name);

}  // namespace sluice::simulate
