// The document of GET /api/v1/live; docs/live-api.md describes it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "serve/observer.hpp"
#include "serve/observer_generation.hpp"
#include "serve/observer_metrics.hpp"

namespace sluice::serve {

/// Copies of what the document is made of.
struct LiveInput {
  struct Task {
    schedule::Accounting counts;
    TaskRecent recent;
  };
  std::string node;
  base::Time now{};
  base::Time started{};                          ///< when the daemon began
  const telemetry::RunHeader* header = nullptr;  ///< of the newest generation; null: none yet
  bool shedding = false;
  std::vector<std::unique_ptr<Task>> tasks;  ///< as in the header
  std::vector<SlotRecent> slots;
  std::map<std::string, std::optional<base::Duration>> batch_p50;  ///< by "NAME:VERSION"
  std::optional<Reading> reading;
};

[[nodiscard]] boost::json::object live_document(const LiveInput& input, const ServiceState& state);

/// Seconds or milliseconds with three decimals.
[[nodiscard]] double rounded(double value);

}  // namespace sluice::serve
