#include "store/database/postgresql_events.hpp"

#include <utility>

#include <fmt/format.h>

#include "store/database/postgresql_connection.hpp"

namespace sluice::store::database {
namespace {

constexpr const char* kEventSchema = R"(
  CREATE TABLE IF NOT EXISTS {0}(
    id text PRIMARY KEY, time timestamptz NOT NULL, station text NOT NULL,
    decision text NOT NULL, item_id text NOT NULL, body jsonb NOT NULL);
  CREATE INDEX IF NOT EXISTS {0}_by_time ON {0}(station, time DESC))";

constexpr const char* kInsert = R"(
  INSERT INTO {}(id, time, station, decision, item_id, body)
  VALUES($1, timestamptz 'epoch' + $2::bigint * interval '1 millisecond', $3, $4, $5, $6)
  ON CONFLICT (id) DO NOTHING)";

class PostgresqlEventTable final : public EventTable {
 public:
  PostgresqlEventTable(const std::string& table, std::unique_ptr<Postgresql> server)
      : insert_(fmt::format(kInsert, table)), server_(std::move(server)) {}

  base::Status insert(const Event& event) override {
    if (event.id.empty()) return base::fail(base::ErrorCode::invalid, "the event's id is empty");
    for (const std::string* text :
         {&event.id, &event.station, &event.decision, &event.item_id, &event.body}) {
      if (auto ok = check_text(*text); !ok) return ok;
    }
    return server_->run([&](PostgresqlConnection& connection) -> base::Status {
      const auto done = execute(connection, insert_, event.id,
                                std::to_string(event.time.time_since_epoch().count()),
                                event.station, event.decision, event.item_id, event.body);
      if (!done) return tl::unexpected(done.error());
      return {};
    });
  }

 private:
  std::string insert_;
  std::unique_ptr<Postgresql> server_;
};

}  // namespace

base::Result<std::unique_ptr<EventTable>> open_events(const PostgresqlOptions& options,
                                                      const base::Clock& clock) {
  auto server = make_postgresql(options, fmt::format(kEventSchema, options.table), clock);
  if (!server) return tl::unexpected(server.error());
  return std::make_unique<PostgresqlEventTable>(options.table, std::move(*server));
}

}  // namespace sluice::store::database
