#include "store/spooling_record_store.hpp"

#include <utility>

#include <spdlog/spdlog.h>

namespace sluice::store {
namespace {

// A change of a record that waits gets a new number (AUTOINCREMENT: one never used before), so that
// a change while the record is being sent is not taken for sent.
constexpr const char* kUploads = R"(
  BEGIN IMMEDIATE;
  CREATE TABLE uploads(number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL);
  INSERT INTO uploads(id) SELECT id FROM records ORDER BY time, id;
  CREATE TRIGGER upload_put AFTER INSERT ON records BEGIN
    INSERT OR REPLACE INTO uploads(id) VALUES(new.id);
  END;
  CREATE TRIGGER upload_remove AFTER DELETE ON records BEGIN
    INSERT OR REPLACE INTO uploads(id) VALUES(old.id);
  END;
  COMMIT)";

base::Result<bool> has_uploads(const Database& database) {
  auto statement = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'uploads'");
  if (!statement) return tl::unexpected(statement.error());
  return statement->step();
}

}  // namespace

base::Result<std::unique_ptr<SpoolingRecordStore>> SpoolingRecordStore::open(
    const SpoolOptions& options, std::unique_ptr<RecordStore> remote, const base::Clock& clock) {
  auto local = SqliteRecordStore::open(options.path, options.most_bytes);
  if (!local) return tl::unexpected(local.error());
  auto uploads = Database::open(options.path);
  if (!uploads) return tl::unexpected(uploads.error());
  const auto there = has_uploads(*uploads);
  if (!there) return tl::unexpected(there.error());
  if (!*there) {
    if (auto ok = uploads->run(kUploads); !ok) return tl::unexpected(ok.error());
  }
  return std::unique_ptr<SpoolingRecordStore>(new SpoolingRecordStore(
      options, std::move(*local), std::move(*uploads), std::move(remote), clock));
}

SpoolingRecordStore::SpoolingRecordStore(const SpoolOptions& options,
                                         std::unique_ptr<SqliteRecordStore> local, Database uploads,
                                         std::unique_ptr<RecordStore> remote,
                                         const base::Clock& clock)
    : local_(std::move(local)),
      uploads_(std::move(uploads)),
      remote_(std::move(remote)),
      queue_([this] { return send_first(); }, BackOff(options.retry_first, options.retry_most),
             clock) {}

base::Result<bool> SpoolingRecordStore::send_first() {
  std::int64_t number = 0;
  std::string id;
  {
    const std::lock_guard lock(mutex_);
    auto first = uploads_.prepare("SELECT number, id FROM uploads ORDER BY number LIMIT 1");
    if (!first) return tl::unexpected(first.error());
    const auto row = first->step();
    if (!row || !*row) return row;
    number = first->integer(0);
    id = first->text(1);
  }
  if (auto ok = send(id); !ok) return tl::unexpected(ok.error());
  const std::lock_guard lock(mutex_);
  auto done = uploads_.prepare("DELETE FROM uploads WHERE number = ?");
  if (!done) return tl::unexpected(done.error());
  if (auto ok = done->bind(number).run(); !ok) return tl::unexpected(ok.error());
  return true;
}

base::Status SpoolingRecordStore::send(const std::string& id) {
  const auto record = local_->get(id);
  if (!record && record.error().code != base::ErrorCode::not_found) {
    return tl::unexpected(record.error());
  }
  auto sent = record ? remote_->put(*record) : remote_->remove(id);
  if (sent) return sent;
  if (!record && sent.error().code == base::ErrorCode::not_found) return {};
  if (sent.error().code != base::ErrorCode::invalid) return sent;
  // Trying again would not help, and keep up all others.
  ++refused_;
  spdlog::warn("record '{}' is kept here only: {}", id, sent.error().message);
  return {};
}

base::Status SpoolingRecordStore::put(const Record& record) {
  if (auto ok = local_->put(record); !ok) return ok;
  queue_.wake();
  return {};
}

base::Result<Record> SpoolingRecordStore::get(const std::string& id) const {
  return local_->get(id);
}

base::Status SpoolingRecordStore::remove(const std::string& id) {
  if (auto ok = local_->remove(id); !ok) return ok;
  queue_.wake();
  return {};
}

base::Result<Page> SpoolingRecordStore::find(const Query& query) const {
  return local_->find(query);
}

bool SpoolingRecordStore::waiting(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  auto statement = uploads_.prepare("SELECT 1 FROM uploads WHERE id = ?");
  // Where it cannot be told, the record is safer kept.
  if (!statement) return true;
  const auto row = statement->bind(id).step();
  return !row || *row;
}

std::optional<UploadCounters> SpoolingRecordStore::uploads() const {
  UploadCounters counters;
  counters.sent = queue_.sent();
  counters.refused = refused_;
  counters.last_error = queue_.last_error();
  const std::lock_guard lock(mutex_);
  auto statement = uploads_.prepare(
      "SELECT count(*), coalesce(sum(length(body)), 0) FROM uploads LEFT JOIN records USING(id)");
  if (!statement) return counters;
  if (const auto row = statement->step(); row && *row) {
    counters.waiting = static_cast<std::uint64_t>(statement->integer(0));
    counters.bytes = static_cast<std::uint64_t>(statement->integer(1));
  }
  return counters;
}

}  // namespace sluice::store
