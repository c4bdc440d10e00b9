#include "store/sqlite_record_store.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/text.hpp"

namespace sluice::store {
namespace {

// user_version: raised with each change of the schema.
constexpr std::int64_t kSchemaVersion = 1;
constexpr const char* kSchema =
    "CREATE TABLE IF NOT EXISTS records("
    " id TEXT PRIMARY KEY NOT NULL, station TEXT NOT NULL, decision TEXT NOT NULL,"
    " state TEXT NOT NULL, time INTEGER NOT NULL, body TEXT NOT NULL);"
    "CREATE INDEX IF NOT EXISTS records_by_time ON records(time DESC, id);"
    "CREATE INDEX IF NOT EXISTS records_by_station ON records(station, time DESC, id);"
    "PRAGMA user_version = 1";
constexpr const char* kColumns = "id, station, decision, state, time, body";

std::int64_t to_ms(WallTime time) {
  return time.time_since_epoch().count();
}

base::Status limit_size(const Database& database, std::uint64_t most_bytes) {
  std::int64_t page = 0;
  {
    auto statement = database.prepare("PRAGMA page_size");
    if (!statement) return tl::unexpected(statement.error());
    if (const auto row = statement->step(); !row) return tl::unexpected(row.error());
    page = statement->integer(0);
  }
  return database.run(
      fmt::format("PRAGMA max_page_count = {}", most_bytes / static_cast<std::uint64_t>(page)));
}

Record record_of(const Statement& row) {
  return {row.text(0),
          row.text(1),
          row.text(2),
          row.text(3),
          WallTime(std::chrono::milliseconds(row.integer(4))),
          row.text(5)};
}

/// "a = ? AND b < ?" and the values for its parameters.
struct Conditions {
  std::vector<std::string> sql;
  std::vector<std::variant<std::int64_t, std::string>> values;

  void add(const char* condition, const std::optional<std::string>& value) {
    if (!value) return;
    sql.emplace_back(condition);
    values.emplace_back(*value);
  }
  void add(const char* condition, std::optional<WallTime> value) {
    if (!value) return;
    sql.emplace_back(condition);
    values.emplace_back(to_ms(*value));
  }
};

Conditions conditions_of(const Query& query) {
  Conditions conditions;
  conditions.add("station = ?", query.filter.station);
  conditions.add("decision = ?", query.filter.decision);
  conditions.add("state = ?", query.filter.state);
  conditions.add("time >= ?", query.filter.from);
  conditions.add("time < ?", query.filter.until);
  if (query.after) {
    // The first part lets the index find the place.
    conditions.add("time <= ?", query.after->time);
    conditions.add("(time < ?", query.after->time);
    conditions.sql.back() += " OR id > ?)";
    conditions.values.emplace_back(query.after->id);
  }
  return conditions;
}

}  // namespace

base::Result<std::unique_ptr<SqliteRecordStore>> SqliteRecordStore::open(
    const std::filesystem::path& file, std::optional<std::uint64_t> most_bytes) {
  auto database = Database::open(file);
  if (!database) return tl::unexpected(database.error());
  std::int64_t version = 0;
  {
    auto statement = database->prepare("PRAGMA user_version");
    if (!statement) return tl::unexpected(statement.error());
    const auto row = statement->step();
    if (!row) return tl::unexpected(row.error());
    version = statement->integer(0);
  }
  if (version > kSchemaVersion) {
    return base::fail(base::ErrorCode::unsupported,
                      "{}: written by a newer version of Sluice (schema {}, this one knows {})",
                      file.string(), version, kSchemaVersion);
  }
  if (auto ok = database->run(kSchema); !ok) return tl::unexpected(ok.error());
  if (most_bytes) {
    if (auto ok = limit_size(*database, *most_bytes); !ok) return tl::unexpected(ok.error());
  }
  return std::unique_ptr<SqliteRecordStore>(new SqliteRecordStore(std::move(*database)));
}

base::Status SqliteRecordStore::put(const Record& record) {
  if (record.id.empty()) {
    return base::fail(base::ErrorCode::invalid, "the record's id is empty");
  }
  const std::lock_guard lock(mutex_);
  auto statement = database_.prepare(
      fmt::format("INSERT OR REPLACE INTO records({}) VALUES(?, ?, ?, ?, ?, ?)", kColumns));
  if (!statement) return tl::unexpected(statement.error());
  return statement->bind(record.id)
      .bind(record.station)
      .bind(record.decision)
      .bind(record.state)
      .bind(to_ms(record.time))
      .bind(record.body)
      .run();
}

base::Result<Record> SqliteRecordStore::get(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  auto statement = database_.prepare(fmt::format("SELECT {} FROM records WHERE id = ?", kColumns));
  if (!statement) return tl::unexpected(statement.error());
  const auto row = statement->bind(id).step();
  if (!row) return tl::unexpected(row.error());
  if (!*row) return base::fail(base::ErrorCode::not_found, "there is no record '{}'", id);
  return record_of(*statement);
}

base::Status SqliteRecordStore::remove(const std::string& id) {
  const std::lock_guard lock(mutex_);
  auto statement = database_.prepare("DELETE FROM records WHERE id = ?");
  if (!statement) return tl::unexpected(statement.error());
  if (auto ok = statement->bind(id).run(); !ok) return ok;
  if (database_.changes() == 0) {
    return base::fail(base::ErrorCode::not_found, "there is no record '{}'", id);
  }
  return {};
}

base::Result<Page> SqliteRecordStore::find(const Query& query) const {
  if (query.limit == 0) {
    return base::fail(base::ErrorCode::invalid, "limit is 0, but must be at least 1");
  }
  const std::size_t limit = std::min(query.limit, kMostRecords);
  const Conditions conditions = conditions_of(query);
  const std::lock_guard lock(mutex_);
  auto statement = database_.prepare(
      fmt::format("SELECT {} FROM records{}{} ORDER BY time DESC, id LIMIT ?", kColumns,
                  conditions.sql.empty() ? "" : " WHERE ", base::join(conditions.sql, " AND ")));
  if (!statement) return tl::unexpected(statement.error());
  for (const auto& value : conditions.values) {
    std::visit([&statement](const auto& one) { statement->bind(one); }, value);
  }
  // One more than asked for tells whether there is a next page.
  statement->bind(static_cast<std::int64_t>(limit + 1));

  Page page;
  while (true) {
    const auto row = statement->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return page;
    if (page.records.size() == limit) {
      page.next = Position{page.records.back().time, page.records.back().id};
      return page;
    }
    page.records.push_back(record_of(*statement));
  }
}

}  // namespace sluice::store
