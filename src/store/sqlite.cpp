#include "store/sqlite.hpp"

#include <sqlite3.h>

namespace sluice::store {
namespace {

// How long a statement waits for another process, such as a backup, to unlock the file.
constexpr int kBusyTimeoutMs = 5000;

tl::unexpected<base::Error> sqlite_failure(sqlite3* connection, int code) {
  base::ErrorCode kind = base::ErrorCode::io;
  switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
      kind = base::ErrorCode::unavailable;
      break;
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
      kind = base::ErrorCode::internal;
      break;
    default:
      break;
  }
  const char* file = sqlite3_db_filename(connection, "main");
  return base::fail(kind, "{}: {} ({})", file == nullptr ? "database" : file,
                    sqlite3_errmsg(connection), sqlite3_errstr(code));
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

sqlite3* Statement::connection() const {
  return sqlite3_db_handle(statement_.get());
}

Statement& Statement::bind(std::int64_t value) {
  const int code = sqlite3_bind_int64(statement_.get(), next_parameter_++, value);
  if (bound_ == SQLITE_OK) bound_ = code;
  return *this;
}

Statement& Statement::bind(std::string_view value) {
  // An empty view may have no data, which SQLite would take for NULL.
  const char* data = value.empty() ? "" : value.data();
  const int code = sqlite3_bind_text64(statement_.get(), next_parameter_++, data, value.size(),
                                       SQLITE_TRANSIENT, SQLITE_UTF8);
  if (bound_ == SQLITE_OK) bound_ = code;
  return *this;
}

base::Result<bool> Statement::step() {
  if (bound_ != SQLITE_OK) return sqlite_failure(connection(), bound_);
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return sqlite_failure(connection(), code);
}

base::Status Statement::run() {
  const auto row = step();
  if (!row) return tl::unexpected(row.error());
  return {};
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::text(int column) const {
  const auto* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return data == nullptr
             ? std::string()
             : std::string(static_cast<const char*>(data), static_cast<std::size_t>(size));
}

void Database::Close::operator()(sqlite3* connection) const {
  sqlite3_close(connection);
}

base::Result<Database> Database::open(const std::filesystem::path& file) {
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(
      file.c_str(), &connection,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      nullptr);
  Database database(connection);
  if (connection == nullptr) {
    return base::fail(base::ErrorCode::unavailable, "{}: out of memory", file.string());
  }
  if (code != SQLITE_OK) {
    return base::fail(base::ErrorCode::io, "cannot open {}: {}", file.string(),
                      sqlite3_errmsg(connection));
  }
  sqlite3_busy_timeout(connection, kBusyTimeoutMs);
  if (auto ok = database.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"); !ok) {
    return tl::unexpected(ok.error());
  }
  return database;
}

base::Result<Statement> Database::prepare(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                      &statement, nullptr);
  if (code != SQLITE_OK) return sqlite_failure(connection_.get(), code);
  return Statement(statement);
}

base::Status Database::run(const std::string& sql) const {
  const int code = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return sqlite_failure(connection_.get(), code);
  return {};
}

base::Status Database::in_transaction(const std::function<base::Status()>& work) const {
  if (auto begun = run("BEGIN IMMEDIATE"); !begun) return begun;
  auto done = work();
  if (done) done = run("COMMIT");
  // The first error counts; a full disk may have ended the transaction already.
  if (!done) static_cast<void>(run("ROLLBACK"));
  return done;
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(connection_.get());
}

}  // namespace sluice::store
