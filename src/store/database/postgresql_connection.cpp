#include "store/database/postgresql_connection.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <string_view>

#include <fmt/format.h>

namespace sluice::store::database {
namespace {

// Taken while the schema is made: two sessions that make one table would disturb each other.
constexpr const char* kSchemaLock = "SELECT pg_advisory_xact_lock(7310868)";

/// With limits for connecting, and for a server that no longer answers on the network.
std::string with_timeouts(const std::string& url, base::Duration timeout) {
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
  const auto seconds =
      std::max<std::int64_t>(2, std::chrono::ceil<std::chrono::seconds>(timeout).count());
  return fmt::format("{}{}connect_timeout={}&tcp_user_timeout={}&client_encoding=UTF8", url,
                     url.find('?') == std::string::npos ? '?' : '&', seconds, ms);
}

std::string first_line(std::string_view message) {
  return std::string(message.substr(0, message.find('\n')));
}

/// libpq repeats a connection string that it cannot read, passwords and all.
bool repeats_the_url(std::string_view message) {
  return message.find("URI") != std::string_view::npos ||
         message.find("connection info") != std::string_view::npos ||
         message.find("percent-encoded") != std::string_view::npos ||
         message.find("connection option") != std::string_view::npos;
}

base::ErrorCode code_of_state(std::string_view state) {
  // https://www.postgresql.org/docs/15/errcodes-appendix.html
  const std::string_view type = state.substr(0, 2);
  if (type == "22") return base::ErrorCode::invalid;  // data exception
  if (type == "08" || type == "40" || type == "53" || type == "55" || type == "57") {
    return base::ErrorCode::unavailable;  // connection, rollback, resources, locked, operator
  }
  return base::ErrorCode::io;
}

base::Result<std::unique_ptr<PostgresqlConnection>> connect_postgresql(const std::string& url,
                                                                       base::Duration timeout,
                                                                       const std::string& schema) {
  try {
    auto connection = std::make_unique<PostgresqlConnection>(url);
    pqxx::work work(connection->session());
    // "Table exists already" is a notice, which would go to standard error.
    work.exec(fmt::format("SET client_min_messages = error; SET statement_timeout = {}",
                          std::chrono::ceil<std::chrono::milliseconds>(timeout).count()));
    work.exec(kSchemaLock);
    work.exec(schema);
    work.commit();
    return connection;
  } catch (...) {
    return tl::unexpected(postgresql_error());
  }
}

}  // namespace

base::Result<std::unique_ptr<Postgresql>> make_postgresql(const PostgresqlOptions& options,
                                                          const std::string& schema,
                                                          const base::Clock& clock) {
  if (auto ok = check(options); !ok) return tl::unexpected(ok.error());
  return std::make_unique<Postgresql>(
      [url = with_timeouts(options.url, options.timeout), timeout = options.timeout, schema] {
        return connect_postgresql(url, timeout, schema);
      },
      BackOff(options.retry_first, options.retry_most), clock);
}

base::Error postgresql_error() {
  try {
    throw;
  } catch (const pqxx::broken_connection& error) {
    if (repeats_the_url(error.what())) {
      return {base::ErrorCode::unsupported,
              "PostgreSQL: the URL cannot be read; write it as "
              "postgresql://user:password@host:5432/database, other characters as %XX"};
    }
    return {base::ErrorCode::unavailable, "PostgreSQL: " + first_line(error.what())};
  } catch (const pqxx::sql_error& error) {
    return {code_of_state(error.sqlstate()), "PostgreSQL: " + first_line(error.what())};
  } catch (const pqxx::in_doubt_error& error) {
    return {base::ErrorCode::unavailable, "PostgreSQL: " + first_line(error.what())};
  } catch (const std::exception& error) {
    return {base::ErrorCode::io, "PostgreSQL: " + first_line(error.what())};
  }
}

base::Status check_text(const std::string& text) {
  if (text.find('\0') == std::string::npos) return {};
  return base::fail(base::ErrorCode::invalid, "a text has a zero byte, which databases refuse");
}

}  // namespace sluice::store::database
