// Telemetry: every event to a file or to a function (a database, for instance). The MQTT action
// with a topic is the third.
#pragma once

#include <functional>
#include <memory>

#include "action/action.hpp"
#include "action/ndjson_file.hpp"

namespace sluice::action {

/// A line {id, station, kind, decision, time, details} for each event. The options have passed
/// check(). A full disk is worth another attempt.
std::unique_ptr<Action> make_file_sink(NdjsonFileOptions options);

/// `put` must be thread-safe; its errors are those of Action::act().
std::unique_ptr<Action> make_function_sink(std::function<base::Status(const Event&)> put);

}  // namespace sluice::action
