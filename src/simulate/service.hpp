// Service-time processes: how long a batch takes. Used by the simulator and by the synthetic
// backend.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace sluice::simulate {

enum class ServiceKind : std::uint8_t { constant, lognormal, empirical };

struct ServiceOptions {
  ServiceKind kind = ServiceKind::constant;
  /// Mean time of a batch of n: base + n * per_item.
  base::Duration base{0};
  base::Duration per_item{0};
  /// `lognormal`: coefficient of variation of a single request's time.
  double cv = 0;
  /// `empirical`: measured times of single requests to draw from; a batch of n takes the
  /// drawn time * (base + n * per_item) / (base + per_item), or the drawn time * n when both
  /// are zero.
  std::vector<base::Duration> samples;
  /// The mean is multiplied by (1 + drift * t/s), but never by less than a tenth: slow
  /// heating, throttling.
  double drift_per_second = 0;

  friend bool operator==(const ServiceOptions&, const ServiceOptions&) = default;
};

/// Mean time of a batch of `size` (at least 1) that starts at `t`. The options must be valid.
[[nodiscard]] base::Duration mean_time(const ServiceOptions& options, std::uint32_t size,
                                       base::Duration t);

/// A seeded generator of batch times. Not thread-safe.
class Service {
 public:
  virtual ~Service() = default;
  /// The factor (mean 1) by which one request's time differs from the mean.
  virtual double draw() = 0;
  /// Time of a batch that starts at `t` whose members' factors have the mean `factor`; at
  /// least 1 ns.
  [[nodiscard]] virtual base::Duration time(std::uint32_t size, double factor,
                                            base::Duration t) const = 0;
};

/// The same options and seed give the same factors on every platform.
/// Errors: negative or no time at all, cv out of range, samples missing or not positive.
base::Result<std::unique_ptr<Service>> make_service(const ServiceOptions& options,
                                                    std::uint64_t seed);

/// A measured batch, for fit_service().
struct MeasuredBatch {
  std::uint32_t size = 1;
  base::Duration time{0};
};

/// Constant service whose base and per_item fit the measurements best (least squares, neither
/// below zero): what a replay uses for a model that a journal tells about. Zero when there are
/// none.
[[nodiscard]] ServiceOptions fit_service(std::span<const MeasuredBatch> batches);

const char* to_string(ServiceKind value);
std::optional<ServiceKind> service_kind_from(const std::string& name);

}  // namespace sluice::simulate
