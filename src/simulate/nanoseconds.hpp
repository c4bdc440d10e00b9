// Durations as real numbers of nanoseconds, for drawing random ones. Internal to simulate/.
#pragma once

#include "base/time.hpp"

namespace sluice::simulate {

/// Exact enough for months, and free of the drift that summing rounded times would bring.
[[nodiscard]] inline double to_ns(base::Duration d) {
  return static_cast<double>(d.count());
}

}  // namespace sluice::simulate
