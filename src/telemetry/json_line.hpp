// Appends JSON text to a string, quickly: the journal's formatter.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::telemetry {

/// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD, so
/// that the result is always valid JSON.
void append_json_string(std::string& out, std::string_view text);

/// Appends nanoseconds since 1970-01-01 UTC as "2026-01-31T12:00:00.123456Z", without quotes.
void append_wall_time(std::string& out, std::int64_t wall_ns);

/// One flat JSON object: construct, add fields, end(). Keys must be plain ASCII.
class JsonLine {
 public:
  explicit JsonLine(std::string& out) : out_(out) { out_ += '{'; }

  void text(std::string_view key, std::string_view value) {
    put_key(key);
    append_json_string(out_, value);
  }
  /// `json` is already a JSON value.
  void raw(std::string_view key, std::string_view json) {
    put_key(key);
    out_ += json;
  }
  void number(std::string_view key, std::int64_t value);
  void number(std::string_view key, std::uint64_t value);
  /// Left out when not finite: JSON has no such numbers.
  void number(std::string_view key, double value);
  void flag(std::string_view key, bool value) { raw(key, value ? "true" : "false"); }
  void wall(std::string_view key, std::int64_t wall_ns);
  /// Ends the object and the line.
  void end() { out_ += "}\n"; }

 private:
  void put_key(std::string_view key) {
    out_ += first_ ? "\"" : ",\"";
    out_ += key;
    out_ += "\":";
    first_ = false;
  }

  std::string& out_;
  bool first_ = true;
};

}  // namespace sluice::telemetry
