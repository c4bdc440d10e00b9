// Records in database servers. What does it (libpqxx, libmongoc and the libraries behind them) is a
// library of its own, src/store/database/, which is loaded when first needed.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "store/options.hpp"
#include "store/record_store.hpp"

namespace sluice::store {

/// One row of telemetry: a decision, or what else happened at a station.
struct Event {
  std::string id;  ///< not empty; a row with the same id stays as it is
  WallTime time;
  std::string station;
  std::string decision;
  std::string item_id;
  std::string body;  ///< JSON
};

/// Thread-safe.
class EventTable {
 public:
  virtual ~EventTable() = default;
  /// Errors: invalid (an empty id, a body that is no JSON), unavailable (no connection, or not in
  /// time), io.
  virtual base::Status insert(const Event& event) = 0;
};

/// Thread-safe. The stores connect when first used, and again after failures, with back-off by the
/// clock, which must outlive them; a call meanwhile fails at once (unavailable) with the last
/// reason. They refuse (invalid) text that is not UTF-8 or has a zero byte. Calls on one store wait
/// for each other, each at most for the timeout of connecting and of a statement.
/// Errors of opening (invalid): of check(), or the URL has no host or unknown options.
class DatabaseLibrary {
 public:
  virtual ~DatabaseLibrary() = default;
  /// Table `options.table`: columns named as Record's members, time in milliseconds since the
  /// epoch, body as text.
  [[nodiscard]] virtual base::Result<std::unique_ptr<RecordStore>> open_postgresql(
      const PostgresqlOptions& options, const base::Clock& clock) const = 0;
  /// Table `options.table`: id, time (timestamptz), station, decision, item_id, body (jsonb).
  [[nodiscard]] virtual base::Result<std::unique_ptr<EventTable>> open_events(
      const PostgresqlOptions& options, const base::Clock& clock) const = 0;
  /// Documents named as Record's members, the id as _id, time as a date, body as text.
  [[nodiscard]] virtual base::Result<std::unique_ptr<RecordStore>> open_mongodb(
      const MongodbOptions& options, const base::Clock& clock) const = 0;
};

/// The library, loaded on first use and kept until the process ends. Error (unsupported): it is
/// not installed, or one that it needs. Thread-safe.
base::Result<const DatabaseLibrary*> database_library();

}  // namespace sluice::store
