#include "action/queue_table.hpp"

#include "action/event.hpp"
#include "base/json.hpp"

namespace sluice::action {
namespace {

constexpr const char* kQueueSchema =
    "CREATE TABLE IF NOT EXISTS action_queue("
    " sequence INTEGER PRIMARY KEY AUTOINCREMENT, action TEXT NOT NULL, id TEXT NOT NULL,"
    " event TEXT NOT NULL, enqueued INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,"
    " next INTEGER NOT NULL DEFAULT 0, started INTEGER NOT NULL DEFAULT 0,"
    " error TEXT NOT NULL DEFAULT '', UNIQUE(action, id));"
    "CREATE INDEX IF NOT EXISTS action_queue_order ON action_queue(action, sequence)";

std::int64_t wall_ms(WallTime time) {
  return time.time_since_epoch().count();
}

WallTime wall_time(std::int64_t ms) {
  return WallTime(std::chrono::milliseconds(ms));
}

}  // namespace

base::Status create_queue_table(const store::Database& database) {
  return database.run(kQueueSchema);
}

base::Status add_to_queue(const store::Database& database, const Event& event,
                          std::span<const std::string> actions, WallTime now) {
  const std::string text = base::to_json(to_json(event));
  const std::string id = unique_id(event);
  for (const auto& action : actions) {
    auto statement = database.prepare(
        "INSERT OR IGNORE INTO action_queue(action, id, event, enqueued) VALUES(?, ?, ?, ?)");
    if (!statement) return tl::unexpected(statement.error());
    const auto ok = statement->bind(action).bind(id).bind(text).bind(wall_ms(now)).run();
    if (!ok) return ok;
  }
  return {};
}

base::Result<std::optional<QueueRow>> queue_head(const store::Database& database,
                                                 const std::string& action) {
  auto statement = database.prepare(
      "SELECT sequence, event, enqueued, attempts, next, started, error FROM action_queue"
      " WHERE action = ? ORDER BY sequence LIMIT 1");
  if (!statement) return tl::unexpected(statement.error());
  const auto found = statement->bind(action).step();
  if (!found) return tl::unexpected(found.error());
  if (!*found) return std::nullopt;
  return QueueRow{.sequence = statement->integer(0),
                  .event = statement->text(1),
                  .enqueued = wall_time(statement->integer(2)),
                  .attempts = static_cast<int>(statement->integer(3)),
                  .next = wall_time(statement->integer(4)),
                  .started = statement->integer(5) != 0,
                  .error = statement->text(6)};
}

base::Result<std::int64_t> queue_length(const store::Database& database,
                                        const std::string& action) {
  auto statement = database.prepare("SELECT COUNT(*) FROM action_queue WHERE action = ?");
  if (!statement) return tl::unexpected(statement.error());
  const auto found = statement->bind(action).step();
  if (!found) return tl::unexpected(found.error());
  return statement->integer(0);
}

base::Status update_queue(const store::Database& database, const QueueRow& row) {
  auto statement = database.prepare(
      "UPDATE action_queue SET attempts = ?, next = ?, started = ?, error = ? WHERE sequence = ?");
  if (!statement) return tl::unexpected(statement.error());
  return statement->bind(std::int64_t{row.attempts})
      .bind(wall_ms(row.next))
      .bind(std::int64_t{row.started ? 1 : 0})
      .bind(row.error)
      .bind(row.sequence)
      .run();
}

base::Status remove_from_queue(const store::Database& database, std::int64_t sequence) {
  auto statement = database.prepare("DELETE FROM action_queue WHERE sequence = ?");
  if (!statement) return tl::unexpected(statement.error());
  return statement->bind(sequence).run();
}

}  // namespace sluice::action
