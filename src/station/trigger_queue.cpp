#include "station/trigger_queue.hpp"

#include <boost/json/parse.hpp>

#include "base/json.hpp"
#include "store/atomic_file.hpp"

namespace sluice::station {
namespace {

namespace json = boost::json;
using base::ErrorCode;

// user_version: raised with each change of the schema.
constexpr std::int64_t kTriggerSchema = 1;
constexpr const char* kCreate =
    "CREATE TABLE IF NOT EXISTS triggers("
    " place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, "
    "station TEXT NOT NULL,"
    " configuration TEXT NOT NULL, asked_by TEXT NOT NULL, serial_number TEXT "
    "NOT NULL,"
    " category TEXT NOT NULL, received INTEGER NOT NULL, attempts INTEGER NOT "
    "NULL,"
    " progress TEXT NOT NULL);"
    "CREATE INDEX IF NOT EXISTS triggers_by_station ON triggers(station, "
    "place);"
    "CREATE TABLE IF NOT EXISTS settings(key TEXT PRIMARY KEY NOT NULL, value "
    "TEXT NOT NULL);"
    "PRAGMA user_version = 1";
constexpr const char* kColumnList =
    "id, station, configuration, asked_by, serial_number, category, received, "
    "attempts, progress";

Accepted accepted_of(const store::Statement& row) {
  Accepted out;
  out.id = row.text(0);
  out.station = row.text(1);
  out.configuration = row.text(2);
  out.trigger = {row.text(3), row.text(4), row.text(5)};
  out.received = store::WallTime(std::chrono::milliseconds(row.integer(6)));
  out.attempts = static_cast<int>(row.integer(7));
  boost::system::error_code error;
  const auto progress = json::parse(row.text(8), error);
  if (!error && progress.is_object()) out.progress = progress.get_object();
  return out;
}

/// While it lives, what is committed survives the process, and a power cut only once a later commit
/// is synced. Outside of transactions.
class Unsynced {
 public:
  explicit Unsynced(const store::Database& database) : database_(database) { sync("NORMAL"); }
  ~Unsynced() { sync("FULL"); }
  Unsynced(const Unsynced&) = delete;
  Unsynced& operator=(const Unsynced&) = delete;

 private:
  void sync(const char* how) {
    static_cast<void>(database_.run(fmt::format("PRAGMA synchronous = {}", how)));
  }

  const store::Database& database_;
};

std::int64_t milliseconds_of(store::WallTime time) {
  return time.time_since_epoch().count();
}

}  // namespace

base::Result<std::unique_ptr<TriggerQueue>> TriggerQueue::open(
    const std::filesystem::path& folder) {
  if (auto made = store::make_folder(folder); !made) return tl::unexpected(made.error());
  const auto file = folder / "state.db";
  auto database = store::Database::open(file);
  if (!database) return tl::unexpected(database.error());
  {
    auto version = database->prepare("PRAGMA user_version");
    if (!version) return tl::unexpected(version.error());
    auto row = version->step();
    if (!row) return tl::unexpected(row.error());
    if (version->integer(0) > kTriggerSchema) {
      return base::fail(ErrorCode::unsupported,
                        "{} was written by a newer version of Sluice; use that "
                        "one, or another "
                        "state folder",
                        file.string());
    }
  }
  if (auto created = database->run(kCreate); !created) {
    return tl::unexpected(base::with_context(file.string(), created.error()));
  }
  std::unique_ptr<TriggerQueue> queue(new TriggerQueue(file, std::move(*database)));
  auto spool =
      ImageSpool::open(folder / "spool", [&](const std::string& item) -> base::Result<bool> {
        const auto found = queue->find(item);
        if (!found && found.error().code != ErrorCode::not_found) {
          return tl::unexpected(found.error());
        }
        return found.has_value();
      });
  if (!spool) return tl::unexpected(spool.error());
  queue->spool_ = std::move(*spool);
  return queue;
}

base::Result<bool> TriggerQueue::add(const Accepted& trigger, std::size_t capacity) {
  auto insert = database_.prepare(
      "INSERT INTO triggers(id, station, configuration, asked_by, "
      "serial_number, category, "
      "received, attempts, progress) SELECT ?, ?, ?, ?, ?, ?, ?, 0, '' "
      "WHERE (SELECT count(*) FROM triggers WHERE station = ?) < ?");
  if (!insert) return tl::unexpected(insert.error());
  insert->bind(trigger.id)
      .bind(trigger.station)
      .bind(trigger.configuration)
      .bind(trigger.trigger.by)
      .bind(trigger.trigger.serial_number)
      .bind(trigger.trigger.category)
      .bind(milliseconds_of(trigger.received))
      .bind(trigger.station)
      .bind(static_cast<std::int64_t>(capacity));
  if (auto done = insert->run(); !done) return tl::unexpected(done.error());
  const bool added = database_.changes() == 1;
  if (added && trigger.at) accepted_at_[trigger.id] = *trigger.at;
  return added;
}

base::Status TriggerQueue::accept(const Accepted& trigger, std::size_t capacity) {
  const std::scoped_lock lock(mutex_);
  const auto added = add(trigger, capacity);
  if (!added) return tl::unexpected(added.error());
  if (*added) return {};
  return base::fail(ErrorCode::unavailable,
                    "{} triggers of station {} wait already; it cannot keep "
                    "up, try again later",
                    capacity, trigger.station);
}

base::Result<std::optional<Accepted>> TriggerQueue::first_unclaimed(
    const std::string& station) const {
  auto select = database_.prepare(
      fmt::format("SELECT {} FROM triggers WHERE station = ? ORDER BY place", kColumnList));
  if (!select) return tl::unexpected(select.error());
  select->bind(station);
  for (;;) {
    const auto row = select->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return std::nullopt;
    if (auto found = accepted_of(*select); !claimed_.contains(found.id)) return found;
  }
}

base::Result<std::optional<Accepted>> TriggerQueue::claim(const std::string& station) {
  const std::scoped_lock lock(mutex_);
  // The reading statement must have ended: SQLite refuses, without waiting, to write in a
  // transaction whose snapshot another connection has made old.
  auto next = first_unclaimed(station);
  if (!next || !*next) return next;
  Accepted& found = **next;
  if (const auto at = accepted_at_.find(found.id); at != accepted_at_.end()) found.at = at->second;
  std::optional<Unsynced> unsynced;
  if (!spool_->cameras(found.id).empty()) unsynced.emplace(database_);
  auto update = database_.prepare("UPDATE triggers SET attempts = attempts + 1 WHERE id = ?");
  if (!update) return tl::unexpected(update.error());
  if (auto done = update->bind(found.id).run(); !done) return tl::unexpected(done.error());
  ++found.attempts;
  claimed_.insert(found.id);
  return next;
}

void TriggerQueue::release(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  if (claimed_.erase(id) == 0) return;
  auto update = database_.prepare("UPDATE triggers SET attempts = attempts - 1 WHERE id = ?");
  if (!update) return;
  update->bind(id);
  // If this fails the item has one attempt less, no more.
  static_cast<void>(update->run());
}

void TriggerQueue::abandon(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  claimed_.erase(id);
}

base::Status TriggerQueue::progress(const std::string& id, const json::object& progress) {
  const std::scoped_lock lock(mutex_);
  auto update = database_.prepare("UPDATE triggers SET progress = ? WHERE id = ?");
  if (!update) return tl::unexpected(update.error());
  const auto text = base::to_json(progress);
  update->bind(text).bind(id);
  return update->run();
}

base::Result<std::vector<std::string>> TriggerQueue::finish(const std::string& id,
                                                            const Ending& ending) {
  std::vector<std::string> full;
  {
    const std::scoped_lock lock(mutex_);
    const auto done = database_.in_transaction([&]() -> base::Status {
      for (const auto& one : ending.next) {
        const auto added = add(one.trigger, one.capacity);
        if (!added) return tl::unexpected(added.error());
        if (!*added) full.push_back(one.trigger.station);
      }
      if (ending.within) {
        if (auto written = ending.within(database_); !written) return written;
      }
      auto remove = database_.prepare("DELETE FROM triggers WHERE id = ?");
      if (!remove) return tl::unexpected(remove.error());
      return remove->bind(id).run();
    });
    if (!done) {
      for (const auto& one : ending.next) accepted_at_.erase(one.trigger.id);
      return tl::unexpected(done.error());
    }
    claimed_.erase(id);
    accepted_at_.erase(id);
    if (ending.ended) ending.ended();
  }
  spool_->forget(id);
  return full;
}

std::size_t TriggerQueue::size(const std::string& station) const {
  const std::scoped_lock lock(mutex_);
  auto count = database_.prepare("SELECT count(*) FROM triggers WHERE station = ?");
  if (!count) return 0;
  count->bind(station);
  const auto row = count->step();
  return row && *row ? static_cast<std::size_t>(count->integer(0)) : 0;
}

base::Result<std::vector<std::string>> TriggerQueue::stations() const {
  const std::scoped_lock lock(mutex_);
  auto select = database_.prepare("SELECT DISTINCT station FROM triggers ORDER BY station");
  if (!select) return tl::unexpected(select.error());
  std::vector<std::string> names;
  for (;;) {
    const auto row = select->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return names;
    names.push_back(select->text(0));
  }
}

base::Result<Accepted> TriggerQueue::find(const std::string& id) const {
  const std::scoped_lock lock(mutex_);
  auto select = database_.prepare(fmt::format("SELECT {} FROM triggers WHERE id = ?", kColumnList));
  if (!select) return tl::unexpected(select.error());
  select->bind(id);
  const auto row = select->step();
  if (!row) return tl::unexpected(row.error());
  if (!*row) return base::fail(ErrorCode::not_found, "there is no item {}", id);
  return accepted_of(*select);
}

base::Result<std::string> TriggerQueue::setting(const std::string& key) const {
  const std::scoped_lock lock(mutex_);
  auto select = database_.prepare("SELECT value FROM settings WHERE key = ?");
  if (!select) return tl::unexpected(select.error());
  select->bind(key);
  const auto row = select->step();
  if (!row) return tl::unexpected(row.error());
  return *row ? select->text(0) : std::string();
}

base::Status TriggerQueue::set_setting(const std::string& key, const std::string& value) {
  const std::scoped_lock lock(mutex_);
  auto replace = database_.prepare("INSERT OR REPLACE INTO settings(key, value) VALUES(?, ?)");
  if (!replace) return tl::unexpected(replace.error());
  replace->bind(key).bind(value);
  return replace->run();
}

}  // namespace sluice::station
