// The rows of the action queue: one for each event and action that is still to be done.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "action/action.hpp"
#include "base/result.hpp"
#include "store/record_store.hpp"
#include "store/sqlite.hpp"

namespace sluice::action {

using store::WallTime;

struct QueueRow {
  std::int64_t sequence = 0;
  std::string event;  ///< JSON
  WallTime enqueued;
  int attempts = 0;
  WallTime next;         ///< no attempt before
  bool started = false;  ///< an attempt was begun, and its end is not known
  std::string error;     ///< of the last attempt
};

/// Creates what is missing. Errors of all functions: as store::Statement has them.
base::Status create_queue_table(const store::Database& database);

/// Adds a row for each action, within the caller's transaction. What is there already stays as it
/// is: an event is queued once for an action.
base::Status add_to_queue(const store::Database& database, const Event& event,
                          std::span<const std::string> actions, WallTime now);

/// The oldest row of an action.
base::Result<std::optional<QueueRow>> queue_head(const store::Database& database,
                                                 const std::string& action);
base::Result<std::int64_t> queue_length(const store::Database& database, const std::string& action);
/// Writes attempts, next, started and error.
base::Status update_queue(const store::Database& database, const QueueRow& row);
base::Status remove_from_queue(const store::Database& database, std::int64_t sequence);

}  // namespace sluice::action
