// Where the records of items are kept.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/upload_counters.hpp"

namespace sluice::store {

/// Calendar time, UTC, since the Unix epoch.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// What is known of one item. The store looks at everything but the body.
struct Record {
  std::string id;  ///< not empty
  std::string station;
  std::string decision;  ///< empty: none yet
  std::string state;
  WallTime time;     ///< when the item was triggered
  std::string body;  ///< all of it, as JSON

  bool operator==(const Record&) const = default;
};

/// Records that have all of the given values.
struct Filter {
  std::optional<std::string> station;
  std::optional<std::string> decision;
  std::optional<std::string> state;
  std::optional<WallTime> from;   ///< this time or later
  std::optional<WallTime> until;  ///< before this time
};

/// A place in the order of records: newest first, and by id where times are equal. Unlike a
/// page's number it stays right while records are added and removed.
struct Position {
  WallTime time;
  std::string id;

  bool operator==(const Position&) const = default;
};

struct Query {
  Filter filter;
  std::size_t limit = 100;        ///< at least 1; more than kMostRecords is kMostRecords
  std::optional<Position> after;  ///< the page begins behind it
};
inline constexpr std::size_t kMostRecords = 10'000;

struct Page {
  std::vector<Record> records;
  std::optional<Position> next;  ///< `after` of the next page; unset: this is the last
};

/// Records by id. Every implementation is thread-safe, and each call takes effect as a whole or not
/// at all.
class RecordStore {
 public:
  virtual ~RecordStore() = default;

  /// Adds a record, or replaces the one with its id. When it returns without error the record
  /// survives a crash, as far as the implementation outlives the process. Errors: invalid (an
  /// empty id; in a database server also text that is not UTF-8 or has a zero byte), unavailable
  /// (full, locked by another process, no connection), io.
  virtual base::Status put(const Record& record) = 0;

  /// Errors: not_found, unavailable, io.
  [[nodiscard]] virtual base::Result<Record> get(const std::string& id) const = 0;

  /// Errors: not_found, unavailable, io.
  virtual base::Status remove(const std::string& id) = 0;

  /// Errors: invalid (a limit of 0), unavailable, io.
  [[nodiscard]] virtual base::Result<Page> find(const Query& query) const = 0;

  /// Does the record wait to be sent on? Such a one must not be removed yet.
  [[nodiscard]] virtual bool waiting(const std::string& /*id*/) const { return false; }
  /// Of a store that sends on what it takes.
  [[nodiscard]] virtual std::optional<UploadCounters> uploads() const { return std::nullopt; }
};

}  // namespace sluice::store
