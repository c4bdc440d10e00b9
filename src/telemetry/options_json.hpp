// The scheduler's options as JSON and back: part of the journal's header and of reports.
#pragma once

#include <boost/json/object.hpp>

#include "base/result.hpp"
#include "schedule/options.hpp"

namespace sluice::telemetry {

/// Durations are integer nanoseconds in fields that end in `_ns`; models and tasks refer to each
/// other by name.
[[nodiscard]] boost::json::object to_json(const schedule::SchedulerOptions& options);

/// The inverse. Absent fields keep their defaults, unknown fields are ignored. Errors name the
/// field: a wrong type, an unknown policy, a task whose model is not listed.
[[nodiscard]] base::Result<schedule::SchedulerOptions> options_from_json(
    const boost::json::object& json);

}  // namespace sluice::telemetry
