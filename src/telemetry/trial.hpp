// A recorded situation that can be changed and simulated, to see how one request ends.
#pragma once

#include <optional>
#include <vector>

#include "telemetry/replay.hpp"

namespace sluice::telemetry {

struct Trial {
  schedule::SchedulerOptions options;
  std::vector<simulate::ServiceOptions> services;
  std::vector<simulate::TracedRequest> requests;
  std::size_t target = 0;  ///< the request in question, an index in `requests`

  /// Leaves out requests other than the one in question.
  template <class Condition>
  void keep(Condition condition) {
    std::vector<simulate::TracedRequest> kept;
    std::size_t new_target = 0;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      if (i == target) {
        new_target = kept.size();
      }
      if (i == target || condition(requests[i])) {
        kept.push_back(requests[i]);
      }
    }
    requests = std::move(kept);
    target = new_target;
  }
  [[nodiscard]] simulate::TracedRequest& request() { return requests[target]; }

  /// The event that ends the request; none if the simulation stops before. Errors: those of
  /// simulate().
  [[nodiscard]] base::Result<std::optional<schedule::Event>> end() const;
};

/// Whether the event ends its request on time.
[[nodiscard]] bool on_time(const std::optional<schedule::Event>& end);

}  // namespace sluice::telemetry
