#include "store/database/postgresql.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "store/database/postgresql_connection.hpp"

namespace sluice::store::database {
namespace {

// Ids in byte order, whatever the database's language.
constexpr const char* kRecordSchema = R"(
  CREATE TABLE IF NOT EXISTS {0}(
    id text COLLATE "C" PRIMARY KEY, station text NOT NULL, decision text NOT NULL,
    state text NOT NULL, time bigint NOT NULL, body text NOT NULL);
  CREATE INDEX IF NOT EXISTS {0}_by_time ON {0}(time DESC, id);
  CREATE INDEX IF NOT EXISTS {0}_by_station ON {0}(station, time DESC, id))";

constexpr const char* kPut = R"(
  INSERT INTO {}(id, station, decision, state, time, body) VALUES($1, $2, $3, $4, $5, $6)
  ON CONFLICT (id) DO UPDATE SET station = excluded.station, decision = excluded.decision,
    state = excluded.state, time = excluded.time, body = excluded.body)";

constexpr const char* kGet =
    "SELECT id, station, decision, state, time, body FROM {} WHERE id = $1";

constexpr const char* kRemove = "DELETE FROM {} WHERE id = $1";

// The planner knows the values: conditions on those that are not given cost nothing.
constexpr const char* kFind = R"(
  SELECT id, station, decision, state, time, body FROM {}
  WHERE ($1::text IS NULL OR station = $1) AND ($2::text IS NULL OR decision = $2)
    AND ($3::text IS NULL OR state = $3) AND ($4::bigint IS NULL OR time >= $4)
    AND ($5::bigint IS NULL OR time < $5)
    AND ($6::bigint IS NULL OR (time <= $6 AND (time < $6 OR id > $7::text)))
  ORDER BY time DESC, id LIMIT $8)";

std::string text_of(WallTime time) {
  return std::to_string(time.time_since_epoch().count());
}

/// A parameter of a statement; NULL where there is no value.
const char* parameter(const std::optional<std::string>& value) {
  return value ? value->c_str() : nullptr;
}

std::optional<std::string> optional_text(const std::optional<WallTime>& time) {
  return time ? std::optional(text_of(*time)) : std::nullopt;
}

Record record_of_row(const pqxx::row& row) {
  return {row[0].as<std::string>(),
          row[1].as<std::string>(),
          row[2].as<std::string>(),
          row[3].as<std::string>(),
          WallTime(std::chrono::milliseconds(row[4].as<std::int64_t>())),
          row[5].as<std::string>()};
}

tl::unexpected<base::Error> unknown_row(const std::string& id) {
  return base::fail(base::ErrorCode::not_found, "there is no record '{}'", id);
}

class PostgresqlRecordStore final : public RecordStore {
 public:
  PostgresqlRecordStore(const std::string& table, std::unique_ptr<Postgresql> server)
      : put_(fmt::format(kPut, table)),
        get_(fmt::format(kGet, table)),
        remove_(fmt::format(kRemove, table)),
        find_(fmt::format(kFind, table)),
        server_(std::move(server)) {}

  base::Status put(const Record& record) override {
    if (record.id.empty()) {
      return base::fail(base::ErrorCode::invalid, "the record's id is empty");
    }
    for (const std::string* text :
         {&record.id, &record.station, &record.decision, &record.state, &record.body}) {
      if (auto ok = check_text(*text); !ok) return ok;
    }
    return server_->run([&](PostgresqlConnection& connection) -> base::Status {
      auto done = execute(connection, put_, record.id, record.station, record.decision,
                          record.state, text_of(record.time), record.body);
      if (!done) return tl::unexpected(done.error());
      return {};
    });
  }

  [[nodiscard]] base::Result<Record> get(const std::string& id) const override {
    if (!check_text(id)) return unknown_row(id);
    return server_->run([&](PostgresqlConnection& connection) -> base::Result<Record> {
      const auto rows = execute(connection, get_, id);
      if (!rows) return tl::unexpected(rows.error());
      if (rows->empty()) return unknown_row(id);
      return record_of_row((*rows)[0]);
    });
  }

  base::Status remove(const std::string& id) override {
    if (!check_text(id)) return unknown_row(id);
    return server_->run([&](PostgresqlConnection& connection) -> base::Status {
      const auto done = execute(connection, remove_, id);
      if (!done) return tl::unexpected(done.error());
      if (done->affected_rows() == 0) return unknown_row(id);
      return {};
    });
  }

  [[nodiscard]] base::Result<Page> find(const Query& query) const override {
    if (query.limit == 0) {
      return base::fail(base::ErrorCode::invalid, "limit is 0, but must be at least 1");
    }
    const std::size_t limit = std::min(query.limit, kMostRecords);
    const auto from = optional_text(query.filter.from);
    const auto until = optional_text(query.filter.until);
    std::optional<std::string> after_time;
    std::optional<std::string> after_id;
    if (query.after) {
      after_time = text_of(query.after->time);
      after_id = query.after->id;
    }
    return server_->run([&](PostgresqlConnection& connection) -> base::Result<Page> {
      // One more than asked for tells whether there is a next page.
      const auto rows =
          execute(connection, find_, parameter(query.filter.station),
                  parameter(query.filter.decision), parameter(query.filter.state), parameter(from),
                  parameter(until), parameter(after_time), parameter(after_id), limit + 1);
      if (!rows) return tl::unexpected(rows.error());
      Page page;
      for (const pqxx::row& row : *rows) {
        if (page.records.size() == limit) {
          page.next = Position{page.records.back().time, page.records.back().id};
          break;
        }
        page.records.push_back(record_of_row(row));
      }
      return page;
    });
  }

 private:
  std::string put_;
  std::string get_;
  std::string remove_;
  std::string find_;
  std::unique_ptr<Postgresql> server_;
};

}  // namespace

base::Result<std::unique_ptr<RecordStore>> open_postgresql(const PostgresqlOptions& options,
                                                           const base::Clock& clock) {
  auto server = make_postgresql(options, fmt::format(kRecordSchema, options.table), clock);
  if (!server) return tl::unexpected(server.error());
  return std::make_unique<PostgresqlRecordStore>(options.table, std::move(*server));
}

}  // namespace sluice::store::database
