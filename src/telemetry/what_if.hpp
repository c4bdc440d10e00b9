// What would have had to differ for a request to be on time, found by simulating the recorded
// requests again with changes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "telemetry/replay.hpp"

namespace sluice::telemetry {

/// One change that was tried.
struct WhatIf {
  std::string kind;    ///< budget, priority, slots, speed, without_request, without_task
  std::string change;  ///< "a latency budget of 310 ms instead of 250 ms"
  /// The smallest value that helped: milliseconds, priority, slots added, share faster (0..1),
  /// request id, or 0.
  double value = 0;
  bool helps = false;
  std::string result;  ///< how the request ends in the simulation with the change
};

struct WhatIfs {
  /// How the request ends in the simulation without any change.
  std::optional<schedule::Event> unchanged;
  /// The simulation ends the request as the recorded run did (on time or not): without that,
  /// nothing was tried.
  bool reproduced = false;
  std::vector<WhatIf> tried;
};

/// Tries for the request with this id in the journal. `suspects`: requests (ids in the journal)
/// without which it may have been on time, likeliest first. Each reported change was verified by
/// a simulation at exactly its value; "smallest" is as far as bisection finds it, as a scheduler
/// need not be monotonic. Simulates the 5000 requests before it and the 5000 after.
/// Errors: the request is not in the input; those of simulate().
[[nodiscard]] base::Result<WhatIfs> what_if(const ReplayInput& input, schedule::RequestId request,
                                            bool recorded_on_time,
                                            const std::vector<schedule::RequestId>& suspects);

}  // namespace sluice::telemetry
