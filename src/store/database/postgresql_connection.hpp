// libpqxx with errors as values.
#pragma once

#include <memory>
#include <string>

#include <pqxx/pqxx>

#include "base/result.hpp"
#include "store/database/reconnecting.hpp"
#include "store/options.hpp"

namespace sluice::store::database {

/// A session. Not thread-safe.
class PostgresqlConnection {
 public:
  explicit PostgresqlConnection(const std::string& url) : session_(url) {}

  [[nodiscard]] bool usable() const { return session_.is_open(); }
  [[nodiscard]] pqxx::connection& session() { return session_; }

 private:
  pqxx::connection session_;
};

using Postgresql = Reconnecting<PostgresqlConnection>;

/// Connects with these options, and then runs the statements of `schema`, alone among all that do.
/// Error (invalid): of check(), or not a connection string.
base::Result<std::unique_ptr<Postgresql>> make_postgresql(const PostgresqlOptions& options,
                                                          const std::string& schema,
                                                          const base::Clock& clock);

/// The error of the exception that is being handled, never with a secret: unavailable (no
/// connection, no time, no space), unsupported (the URL), invalid (a value that the server cannot
/// take) or io.
base::Error postgresql_error();

/// Runs one statement that takes effect by itself. Errors: as postgresql_error().
template <class... Values>
base::Result<pqxx::result> execute(PostgresqlConnection& connection, const std::string& sql,
                                   const Values&... values) {
  try {
    pqxx::nontransaction work(connection.session());
    return work.exec_params(sql, values...);
  } catch (...) {
    return tl::unexpected(postgresql_error());
  }
}

/// Error (invalid): a zero byte, at which PostgreSQL's texts would end.
base::Status check_text(const std::string& text);

}  // namespace sluice::store::database
