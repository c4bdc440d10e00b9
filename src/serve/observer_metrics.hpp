// The metrics in Prometheus' text format. docs/reference/metrics.md lists them.
#pragma once

#include <optional>
#include <string>

#include "serve/observer.hpp"
#include "serve/observer_calls.hpp"
#include "serve/observer_totals.hpp"

namespace sluice::serve {

/// The last reading of the machine.
struct Reading {
  telemetry::ResourceSample sample;
  double pressure = 0;
  bool has_gpu = false;  ///< a GPU was seen at work
};

/// Everything that the metrics are made of.
struct MetricsInput {
  Totals totals;
  Calls::ByCall calls;
  std::optional<Reading> reading;
  std::uint32_t slots = 0;
  std::uint32_t slots_busy = 0;
  base::Duration uptime{0};
  bool legacy = false;
};

[[nodiscard]] std::string metrics_text(const MetricsInput& input, const ServiceState& state);

}  // namespace sluice::serve
