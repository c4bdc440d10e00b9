#include "telemetry/json_fields.hpp"

#include <limits>

#include <boost/json/value.hpp>

namespace sluice::telemetry {

namespace {

constexpr std::int64_t kLargestTime = std::int64_t{1} << 57;

}  // namespace

void JsonFields::fail(std::string_view key, std::string_view problem) {
  if (status_) {
    status_ = base::fail(base::ErrorCode::invalid, "{}{}{}: {}", where_, where_.empty() ? "" : ".",
                         key, problem);
  }
}

std::string_view JsonFields::text(std::string_view key) {
  const auto* found = find(key);
  if (found == nullptr) {
    return {};
  }
  if (const auto* string = found->if_string()) {
    return {string->data(), string->size()};
  }
  fail(key, "must be a string");
  return {};
}

void JsonFields::read(std::string_view key, std::string& value) {
  if (has(key)) {
    value = text(key);
  }
}

void JsonFields::require(std::string_view key, std::string& value) {
  if (!has(key)) {
    fail(key, "is missing");
  }
  read(key, value);
}

void JsonFields::read(std::string_view key, bool& value) {
  if (const auto* found = find(key)) {
    if (const auto* flag = found->if_bool()) {
      value = *flag;
    } else {
      fail(key, "must be true or false");
    }
  }
}

void JsonFields::read(std::string_view key, double& value) {
  if (const auto* found = find(key)) {
    boost::json::error_code error;
    const auto number = found->to_number<double>(error);
    if (error) {
      fail(key, "must be a number");
    } else {
      value = number;
    }
  }
}

bool JsonFields::integer(std::string_view key, std::int64_t low, std::int64_t high,
                         std::int64_t& value) {
  const auto* found = find(key);
  if (found == nullptr) {
    return false;
  }
  boost::json::error_code error;
  const auto number = found->to_number<std::int64_t>(error);
  if (error || number < low || number > high) {
    fail(key, fmt::format("must be an integer from {} to {}", low, high));
    return false;
  }
  value = number;
  return true;
}

void JsonFields::read(std::string_view key, std::int64_t& value) {
  integer(key, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(),
          value);
}

void JsonFields::read(std::string_view key, std::uint64_t& value) {
  std::int64_t number = 0;
  if (integer(key, 0, std::numeric_limits<std::int64_t>::max(), number)) {
    value = static_cast<std::uint64_t>(number);
  }
}

void JsonFields::read(std::string_view key, std::uint32_t& value) {
  std::int64_t number = 0;
  if (integer(key, 0, std::numeric_limits<std::uint32_t>::max(), number)) {
    value = static_cast<std::uint32_t>(number);
  }
}

void JsonFields::read(std::string_view key, std::int32_t& value) {
  std::int64_t number = 0;
  if (integer(key, std::numeric_limits<std::int32_t>::min(),
              std::numeric_limits<std::int32_t>::max(), number)) {
    value = static_cast<std::int32_t>(number);
  }
}

void JsonFields::read(std::string_view key, base::Duration& value) {
  std::int64_t number = 0;
  if (integer(key, -kLargestTime, kLargestTime, number)) {
    value = base::Duration(number);
  }
}

}  // namespace sluice::telemetry
