// Reads a file's values, and collects what is wrong with them and what became of them.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "import/import.hpp"

namespace sluice::import {

struct Log {
  std::vector<std::string> problems;  ///< none twice
  std::vector<Note> notes;            ///< none twice
};

/// A value of a file, or its absence, and its place. A value of the wrong kind is reported as a
/// problem and read as if it were absent, so that one pass finds all problems. Refers to the
/// document and the log, which must live longer.
class Value {
 public:
  /// The whole document.
  Value(const boost::json::value& document, std::string file, Log& log);

  /// Whether it is there and not null.
  explicit operator bool() const { return value_ != nullptr; }
  /// Nothing, at this place.
  [[nodiscard]] Value absent() const { return {nullptr, file_, path_, log_}; }
  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] bool is_mapping() const { return value_ != nullptr && value_->is_object(); }
  [[nodiscard]] bool is_list() const { return value_ != nullptr && value_->is_array(); }
  [[nodiscard]] bool is_text() const { return value_ != nullptr && value_->is_string(); }

  /// A mapping's value, which counts as read from now on.
  [[nodiscard]] Value operator[](std::string_view key) const;
  /// The same, and its absence is a problem; `what` says what belongs there.
  [[nodiscard]] Value required(std::string_view key, std::string_view what) const;
  /// A mapping's keys and values, in order; all count as read.
  [[nodiscard]] std::vector<std::pair<std::string, Value>> entries() const;
  [[nodiscard]] std::vector<Value> items() const;

  /// A text, or a number as it is written.
  [[nodiscard]] std::string text(std::string_view fallback = {}) const;
  [[nodiscard]] double number(double fallback) const;
  /// A whole number; reported unless it is within the limits.
  [[nodiscard]] std::int64_t integer(std::int64_t fallback, std::int64_t least,
                                     std::int64_t most) const;
  [[nodiscard]] bool boolean(bool fallback) const;
  /// A list of texts; a single one is a list of one.
  [[nodiscard]] std::vector<std::string> words() const;

  void problem(std::string_view message) const;
  void mapped(std::string message) const { note(NoteKind::mapped, std::move(message)); }
  void changed(std::string message) const { note(NoteKind::changed, std::move(message)); }
  void left_out(std::string message) const { note(NoteKind::left_out, std::move(message)); }
  /// Notes a mapping's keys that nobody has read.
  void leave_rest(std::string_view why = "has no counterpart") const;

 private:
  Value(const boost::json::value* value, std::string file, std::string path, Log* log);
  [[nodiscard]] std::string place() const;
  void wrong_kind(std::string_view wanted) const;
  void note(NoteKind kind, std::string message) const;

  const boost::json::value* value_;
  std::string file_;
  std::string path_;
  Log* log_;
  std::shared_ptr<std::set<std::string, std::less<>>> read_;  ///< keys, shared by copies
};

}  // namespace sluice::import
