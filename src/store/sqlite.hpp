// SQLite with errors as values.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace sluice::store {

/// A prepared statement, used once: bind its parameters in order, then step. Not thread-safe; must
/// not outlive its database. Binding and stepping fail with the database's message, and the code
/// unavailable (disk full, locked by another process) or io.
class Statement {
 public:
  Statement& bind(std::int64_t value);
  Statement& bind(std::string_view value);

  /// Goes to the next row; false: there are no more. The error of a bind() before it shows here.
  base::Result<bool> step();
  /// For statements without rows.
  base::Status run();

  /// Columns of the row, from 0.
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string text(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  [[nodiscard]] sqlite3* connection() const;

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int next_parameter_ = 1;
  int bound_ = 0;  ///< the first result code of bind() that was an error
};

/// One connection. Not thread-safe.
class Database {
 public:
  /// Opens or creates the file (its folder exists), with a write-ahead log and every commit synced.
  /// Errors (io, unavailable) name the file.
  static base::Result<Database> open(const std::filesystem::path& file);

  /// Errors: the statement does not fit the schema (internal), unavailable, io.
  base::Result<Statement> prepare(std::string_view sql) const;
  /// Runs statements without parameters and rows.
  base::Status run(const std::string& sql) const;
  /// Runs `work` between BEGIN IMMEDIATE and COMMIT: all of what it writes is there or, where it
  /// fails, nothing. Errors: as `work`; unavailable, io.
  base::Status in_transaction(const std::function<base::Status()>& work) const;
  /// How many rows the last statement changed.
  [[nodiscard]] std::int64_t changes() const;

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };

  explicit Database(sqlite3* connection) : connection_(connection) {}

  std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace sluice::store
