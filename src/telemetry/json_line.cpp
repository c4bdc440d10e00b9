#include "telemetry/json_line.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "base/utf8.hpp"

namespace sluice::telemetry {

namespace {

void append_escape(std::string& out, char c) {
  constexpr const char* kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 15];
  }
}

template <class T>
void append_number(std::string& out, T value) {
  std::array<char, 32> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out.append(digits.data(), end);
}

void append_padded(std::string& out, std::int64_t value, int width) {
  std::array<char, 20> digits;
  for (int i = width; i-- > 0; value /= 10) {
    digits[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
  }
  out.append(digits.data(), static_cast<std::size_t>(width));
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const char c = text.front();
    const auto byte = static_cast<unsigned char>(c);
    std::size_t length = 1;
    if (byte < 0x20 || c == '"' || c == '\\') {
      append_escape(out, c);
    } else if (byte < 0x80) {
      out += c;
    } else if (length = base::utf8_length(text); length > 0) {
      out += text.substr(0, length);
    } else {
      out += base::kReplacementCharacter;
      length = 1;
    }
    text.remove_prefix(length);
  }
  out += '"';
}

void append_wall_time(std::string& out, std::int64_t wall_ns) {
  constexpr std::int64_t kDay = 86400;
  std::int64_t seconds = wall_ns / 1'000'000'000;
  std::int64_t nanos = wall_ns % 1'000'000'000;
  if (nanos < 0) {
    nanos += 1'000'000'000;
    --seconds;
  }
  std::int64_t days = seconds / kDay;
  std::int64_t rest = seconds % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  // Civil date from days since 1970-01-01: H. Hinnant, "chrono-Compatible Low-Level Date
  // Algorithms", civil_from_days.
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t day_of_era = days - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  const std::int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  append_padded(out, year, 4);
  out += '-';
  append_padded(out, month, 2);
  out += '-';
  append_padded(out, day, 2);
  out += 'T';
  append_padded(out, rest / 3600, 2);
  out += ':';
  append_padded(out, rest / 60 % 60, 2);
  out += ':';
  append_padded(out, rest % 60, 2);
  out += '.';
  append_padded(out, nanos / 1000, 6);
  out += 'Z';
}

void JsonLine::number(std::string_view key, std::int64_t value) {
  put_key(key);
  append_number(out_, value);
}

void JsonLine::number(std::string_view key, std::uint64_t value) {
  put_key(key);
  append_number(out_, value);
}

void JsonLine::number(std::string_view key, double value) {
  if (std::isfinite(value)) {
    put_key(key);
    append_number(out_, value);
  }
}

void JsonLine::wall(std::string_view key, std::int64_t wall_ns) {
  put_key(key);
  out_ += '"';
  append_wall_time(out_, wall_ns);
  out_ += '"';
}

}  // namespace sluice::telemetry
