// Records in a SQLite database: the default.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>

#include "store/record_store.hpp"
#include "store/sqlite.hpp"

namespace sluice::store {

/// Table `records` of a database file, columns named as Record's members, time in milliseconds
/// since the epoch; others may read it meanwhile. Thread-safe: one call at a time.
class SqliteRecordStore final : public RecordStore {
 public:
  /// Opens or creates the file; its folder exists. Errors name the file: io, unavailable, and
  /// unsupported when a newer version of Sluice wrote it. With `most_bytes`, a file that large is
  /// full: put() is then unavailable.
  static base::Result<std::unique_ptr<SqliteRecordStore>> open(
      const std::filesystem::path& file, std::optional<std::uint64_t> most_bytes = std::nullopt);

  base::Status put(const Record& record) override;
  [[nodiscard]] base::Result<Record> get(const std::string& id) const override;
  base::Status remove(const std::string& id) override;
  [[nodiscard]] base::Result<Page> find(const Query& query) const override;

 private:
  explicit SqliteRecordStore(Database database) : database_(std::move(database)) {}

  mutable std::mutex mutex_;
  Database database_;
};

}  // namespace sluice::store
