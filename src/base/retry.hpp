// How long to wait before another attempt.
#pragma once

#include <algorithm>

#include "base/time.hpp"

namespace sluice::base {

struct RetryDelays {
  Duration first{std::chrono::seconds(1)};
  Duration last{std::chrono::minutes(5)};
};

/// Exponential back-off: `first` after the first failure, doubled with each further one up to
/// `last`, and of that a part between a half and all, as `random` (0 to 1) says, so that many
/// clients of one server do not come back at once. `failures` is 1 or more.
[[nodiscard]] constexpr Duration retry_delay(const RetryDelays& delays, int failures,
                                             double random) {
  Duration delay = delays.first;
  for (int i = 1; i < failures && delay < delays.last; ++i) delay *= 2;
  delay = std::min(delay, delays.last);
  return from_seconds(to_seconds(delay) * (0.5 + 0.5 * random));
}

}  // namespace sluice::base
