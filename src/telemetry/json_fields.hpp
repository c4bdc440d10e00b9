// Reads typed fields from a JSON object: absent fields keep their value, wrong types are errors.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include <boost/json/object.hpp>

#include "base/result.hpp"
#include "base/time.hpp"

namespace sluice::telemetry {

/// Collects the first error instead of returning one per field, so that a reader of many fields
/// stays readable: read them all, then look at status().
class JsonFields {
 public:
  /// `where` names the object in errors ("tasks[2]"); empty for the outermost.
  JsonFields(const boost::json::object& object, std::string where)
      : object_(object), where_(std::move(where)) {}

  [[nodiscard]] bool has(std::string_view key) const { return object_.contains(key); }
  void read(std::string_view key, std::string& value);
  void read(std::string_view key, bool& value);
  void read(std::string_view key, double& value);
  void read(std::string_view key, std::int64_t& value);
  void read(std::string_view key, std::uint64_t& value);
  void read(std::string_view key, std::uint32_t& value);
  void read(std::string_view key, std::int32_t& value);
  /// Integer nanoseconds. Beyond 4.5 years either way is an error, so that sums cannot
  /// overflow.
  void read(std::string_view key, base::Duration& value);
  /// The name of a value, as the enumeration's to_string() gives it.
  template <class Enum>
  requires std::is_enum_v<Enum>
  void read(std::string_view key, Enum& value) {
    if (!has(key)) {
      return;
    }
    // Our enumerations are dense, small and start at 0; beyond their end stands "unknown".
    const std::string_view name = text(key);
    for (int i = 0; i < kMostEnumerators && name != "unknown"; ++i) {
      if (name == to_string(static_cast<Enum>(i))) {
        value = static_cast<Enum>(i);
        return;
      }
    }
    fail(key, fmt::format("unknown value '{}'", name));
  }
  /// A string that must be there.
  void require(std::string_view key, std::string& value);
  /// The text of a string without a copy; empty when absent.
  [[nodiscard]] std::string_view text(std::string_view key);

  void fail(std::string_view key, std::string_view problem);
  [[nodiscard]] const base::Status& status() const { return status_; }

 private:
  static constexpr int kMostEnumerators = 32;

  [[nodiscard]] const boost::json::value* find(std::string_view key) const {
    return object_.if_contains(key);
  }
  /// False: absent, or an error was noted.
  bool integer(std::string_view key, std::int64_t low, std::int64_t high, std::int64_t& value);

  const boost::json::object& object_;
  std::string where_;
  base::Status status_;
};

}  // namespace sluice::telemetry
