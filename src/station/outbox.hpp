// Events of streams whose records are still to be kept. Internal to station/.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/result.hpp"
#include "store/record_store.hpp"
#include "store/sqlite.hpp"

namespace sluice::station {

/// A transactional outbox: an event and its actions are written in one transaction, to the file
/// in which the actions keep their queue; the record follows, to whatever store it is for, now or
/// after a crash. A record that is kept twice is the same record, so nothing is lost and nothing is
/// done twice. Thread-safe. Errors of all functions: unavailable, io.
class Outbox {
 public:
  /// `file`: of the trigger queue, which is open.
  static base::Result<std::unique_ptr<Outbox>> open(const std::filesystem::path& file);

  /// Adds an event's record; what `within` writes to the file happens with it or not at all. Error:
  /// also as `within`.
  base::Status add(const store::Record& event,
                   const std::function<base::Status(const store::Database&)>& within);
  /// The station's oldest event; nullopt: there is none.
  [[nodiscard]] base::Result<std::optional<store::Record>> oldest(const std::string& station) const;
  /// An event by its id; nullopt: it is not here.
  [[nodiscard]] base::Result<std::optional<store::Record>> find(const std::string& id) const;
  /// The event's record is kept. One that is not here any more is no error.
  base::Status remove(const std::string& id);

 private:
  explicit Outbox(store::Database database) : database_(std::move(database)) {}
  [[nodiscard]] base::Result<std::optional<store::Record>> first(const char* condition,
                                                                 const std::string& value) const;

  mutable std::mutex mutex_;  ///< guards database_
  store::Database database_;
};

}  // namespace sluice::station
