#include "station/outbox.hpp"

#include <chrono>

#include <fmt/format.h>

namespace sluice::station {
namespace {

constexpr const char* kCreateOutbox =
    "CREATE TABLE IF NOT EXISTS outbox("
    " place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, station TEXT NOT NULL,"
    " decision TEXT NOT NULL, state TEXT NOT NULL, time INTEGER NOT NULL, body TEXT NOT NULL)";

}  // namespace

base::Result<std::unique_ptr<Outbox>> Outbox::open(const std::filesystem::path& file) {
  auto database = store::Database::open(file);
  if (!database) return tl::unexpected(database.error());
  if (auto created = database->run(kCreateOutbox); !created) {
    return tl::unexpected(created.error());
  }
  return std::unique_ptr<Outbox>(new Outbox(std::move(*database)));
}

base::Status Outbox::add(const store::Record& event,
                         const std::function<base::Status(const store::Database&)>& within) {
  const std::scoped_lock lock(mutex_);
  return database_.in_transaction([&]() -> base::Status {
    auto insert = database_.prepare(
        "INSERT INTO outbox(id, station, decision, state, time, body) VALUES(?, ?, ?, ?, ?, ?)");
    if (!insert) return tl::unexpected(insert.error());
    insert->bind(event.id).bind(event.station).bind(event.decision).bind(event.state);
    insert->bind(event.time.time_since_epoch().count()).bind(event.body);
    if (auto done = insert->run(); !done) return done;
    return within(database_);
  });
}

base::Result<std::optional<store::Record>> Outbox::first(const char* condition,
                                                         const std::string& value) const {
  const std::scoped_lock lock(mutex_);
  auto select = database_.prepare(
      fmt::format("SELECT id, station, decision, state, time, body FROM outbox WHERE {} = ? "
                  "ORDER BY place LIMIT 1",
                  condition));
  if (!select) return tl::unexpected(select.error());
  const auto row = select->bind(value).step();
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::nullopt;
  return store::Record{.id = select->text(0),
                       .station = select->text(1),
                       .decision = select->text(2),
                       .state = select->text(3),
                       .time = store::WallTime(std::chrono::milliseconds(select->integer(4))),
                       .body = select->text(5)};
}

base::Result<std::optional<store::Record>> Outbox::oldest(const std::string& station) const {
  return first("station", station);
}

base::Result<std::optional<store::Record>> Outbox::find(const std::string& id) const {
  return first("id", id);
}

base::Status Outbox::remove(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  auto remove = database_.prepare("DELETE FROM outbox WHERE id = ?");
  if (!remove) return tl::unexpected(remove.error());
  return remove->bind(id).run();
}

}  // namespace sluice::station
