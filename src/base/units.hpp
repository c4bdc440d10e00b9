// Quantities as people write them in configuration and on the command line: `80ms`, `15/s`,
// `64MiB`, `20%`. Parsing accepts what formatting prints.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace sluice::base {

/// "80ms", "1.5 s", "30d": a number and one of ns, us, ms, s, min, h, d (24 h). A bare "0" is
/// accepted; any other number without a unit is an error that proposes one. May be negative.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);
/// The largest unit that divides the value: "80ms", "1500ms", "36h", "1d", "0s". Exact.
[[nodiscard]] std::string format_duration(Duration value);

/// "15/s", "0.5/s", "900/min", "10/h" to events per second. May be negative.
[[nodiscard]] Result<double> parse_rate(std::string_view text);
/// "15/s", "10/h": the unit that leaves no long decimals. Exact.
[[nodiscard]] std::string format_rate(double per_second);

/// "64MiB", "512kB", "100B": B, kB, MB, GB (powers of 1000), KiB, MiB, GiB (of 1024). A bare "0"
/// is accepted.
[[nodiscard]] Result<std::uint64_t> parse_bytes(std::string_view text);
/// The largest power of 1024 that divides the value: "64MiB", "100B".
[[nodiscard]] std::string format_bytes(std::uint64_t value);

/// "20%" or a plain "0.2" to 0.2. Not limited to 0..1.
[[nodiscard]] Result<double> parse_fraction(std::string_view text);
/// "20%", "12.5%".
[[nodiscard]] std::string format_fraction(double value);

/// A finite decimal number that uses up all of `text`: "3", "-0.5", "1e-3". Also the quotient of
/// two: "1/255".
[[nodiscard]] Result<double> parse_number(std::string_view text);
/// The shortest text that parses to the same value ("114", "0.5"); 1/n for a whole n > 2 where
/// the decimals would not end ("1/255").
[[nodiscard]] std::string format_number(double value);

/// An integer in decimal that uses up all of `text`.
[[nodiscard]] Result<std::int64_t> parse_integer(std::string_view text);

}  // namespace sluice::base
