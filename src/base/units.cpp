#include "base/units.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <system_error>

namespace sluice::base {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

// Largest first: formatting takes the first that divides.
constexpr std::array kTimeUnits{Unit{"d", 86400e9}, Unit{"h", 3600e9}, Unit{"min", 60e9},
                                Unit{"s", 1e9},     Unit{"ms", 1e6},   Unit{"us", 1e3},
                                Unit{"ns", 1.0}};
constexpr std::array kRateUnits{Unit{"/s", 1.0}, Unit{"/min", 1.0 / 60}, Unit{"/h", 1.0 / 3600}};
constexpr std::array kByteUnits{
    Unit{"GiB", 1073741824.0}, Unit{"MiB", 1048576.0}, Unit{"KiB", 1024.0}, Unit{"GB", 1e9},
    Unit{"MB", 1e6},           Unit{"kB", 1e3},        Unit{"B", 1.0}};

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

struct Quantity {
  double value;
  std::string_view unit;
};

std::optional<Quantity> split(std::string_view text) {
  text = trim(text);
  double value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
  const auto used = static_cast<std::size_t>(rest - text.data());
  return Quantity{value, trim(text.substr(used))};
}

/// The value in the base unit. Errors say what a `what` looks like.
Result<double> parse(std::string_view text, std::span<const Unit> units, std::string_view what,
                     std::string_view examples) {
  const auto quantity = split(text);
  if (!quantity) {
    return fail(ErrorCode::invalid, "\"{}\" is not a {}; write it like {}", text, what, examples);
  }
  for (const auto& unit : units) {
    if (quantity->unit == unit.name) return quantity->value * unit.factor;
  }
  std::string known;
  for (const auto& unit : units) {
    known += known.empty() ? "" : ", ";
    known += unit.name;
  }
  if (quantity->unit.empty()) {
    return fail(ErrorCode::invalid, "\"{}\" has no unit; write it like {} (units: {})", text,
                examples, known);
  }
  return fail(ErrorCode::invalid,
              "\"{}\" has the unknown unit \"{}\"; write it like {} (units: {})", text,
              quantity->unit, examples, known);
}

bool is_bare_zero(std::string_view text) {
  const auto quantity = split(text);
  return quantity && quantity->unit.empty() && quantity->value == 0.0;
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  if (is_bare_zero(text)) return Duration(0);
  const auto nanoseconds = parse(text, kTimeUnits, "time", "80ms or 2s");
  if (!nanoseconds) return tl::unexpected(nanoseconds.error());
  // 2^63 ns; the limit itself is kForever.
  if (!(std::abs(*nanoseconds) < 9.2e18)) {
    return fail(ErrorCode::invalid, "\"{}\" is too long; the longest time is about 290 years",
                text);
  }
  return Duration(std::llround(*nanoseconds));
}

std::string format_duration(Duration value) {
  if (value.count() == 0) return "0s";
  for (const auto& unit : kTimeUnits) {
    const auto factor = static_cast<std::int64_t>(unit.factor);
    if (value.count() % factor == 0) return fmt::format("{}{}", value.count() / factor, unit.name);
  }
  return fmt::format("{}ns", value.count());
}

Result<double> parse_rate(std::string_view text) {
  return parse(text, kRateUnits, "rate", "15/s or 10/min");
}

std::string format_rate(double per_second) {
  for (const auto& unit : kRateUnits) {
    // 12 digits hide the error of the division.
    const auto text = fmt::format("{:.12g}{}", per_second / unit.factor, unit.name);
    if (parse_rate(text) == per_second) return text;
  }
  return fmt::format("{}/s", per_second);
}

Result<std::uint64_t> parse_bytes(std::string_view text) {
  if (is_bare_zero(text)) return std::uint64_t{0};
  const auto bytes = parse(text, kByteUnits, "size", "64MiB or 10kB");
  if (!bytes) return tl::unexpected(bytes.error());
  if (*bytes < 0) return fail(ErrorCode::invalid, "\"{}\" is negative", text);
  if (!(*bytes < 9.2e18)) return fail(ErrorCode::invalid, "\"{}\" is too large", text);
  return static_cast<std::uint64_t>(std::llround(*bytes));
}

std::string format_bytes(std::uint64_t value) {
  if (value == 0) return "0B";
  for (const auto& unit : std::span(kByteUnits).first(3)) {
    const auto factor = static_cast<std::uint64_t>(unit.factor);
    if (value % factor == 0) return fmt::format("{}{}", value / factor, unit.name);
  }
  return fmt::format("{}B", value);
}

Result<double> parse_fraction(std::string_view text) {
  const auto quantity = split(text);
  if (quantity && quantity->unit == "%") return quantity->value / 100;
  if (quantity && quantity->unit.empty()) return quantity->value;
  return fail(ErrorCode::invalid, "\"{}\" is not a share; write it like 20% or 0.2", text);
}

std::string format_fraction(double value) {
  // 12 digits hide the error of the multiplication (0.07 * 100 = 7.000000000000001).
  return fmt::format("{:.12g}%", value * 100);
}

Result<double> parse_number(std::string_view text) {
  const auto quantity = split(text);
  if (quantity && quantity->unit.empty()) return quantity->value;
  if (quantity && quantity->unit.front() == '/') {
    const auto divisor = split(quantity->unit.substr(1));
    if (divisor && divisor->unit.empty() && divisor->value != 0.0) {
      const double quotient = quantity->value / divisor->value;
      if (std::isfinite(quotient)) return quotient;
    }
  }
  return fail(ErrorCode::invalid, "\"{}\" is not a number", text);
}

std::string format_number(double value) {
  auto shortest = fmt::format("{}", value);
  if (shortest.size() > 12 && value != 0.0) {
    const double inverse = std::round(1 / value);
    if (inverse > 2 && 1 / inverse == value) return fmt::format("1/{}", inverse);
  }
  return shortest;
}

Result<std::int64_t> parse_integer(std::string_view text) {
  const auto trimmed = trim(text);
  std::int64_t value = 0;
  const auto end = trimmed.data() + trimmed.size();
  const auto [rest, error] = std::from_chars(trimmed.data(), end, value);
  if (error == std::errc::result_out_of_range) {
    return fail(ErrorCode::invalid, "\"{}\" is too large", text);
  }
  if (error != std::errc() || rest != end) {
    return fail(ErrorCode::invalid, "\"{}\" is not a whole number", text);
  }
  return value;
}

}  // namespace sluice::base
