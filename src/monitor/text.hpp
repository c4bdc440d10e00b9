// Reading the small text files of /proc and /sys, and taking them apart without allocation.
#pragma once

#include <charconv>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <vector>

namespace sluice::monitor {

/// The whole of a file, at most 1 MiB of it. nullopt: missing, unreadable, or not a file. Files
/// of /proc and /sys come and go, so this is no error anywhere.
std::optional<std::string> read_text(const std::filesystem::path& path);

/// Entries of `folder` called `prefix` followed by a number, in the order of that number ("cpu2"
/// before "cpu10"). A folder that is not there has none.
std::vector<std::filesystem::path> numbered_entries(const std::filesystem::path& folder,
                                                    std::string_view prefix);

/// Takes the next line off `text`, without its line end; empty at the end of `text`.
std::string_view take_line(std::string_view& text);

/// Takes the next word (between spaces and tabs) off `text`; empty at the end of `text`.
std::string_view take_word(std::string_view& text);

/// The text without white space at both ends.
std::string_view trim(std::string_view text);

/// A whole word as a number; nullopt: anything else in it, out of range, or not finite.
template <class T>
[[nodiscard]] std::optional<T> parse_number(std::string_view word) {
  T value{};
  const char* end = word.data() + word.size();
  const auto result = std::from_chars(word.data(), end, value);
  if (word.empty() || result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  if constexpr (std::is_floating_point_v<T>) {
    if (!std::isfinite(value)) return std::nullopt;
  }
  return value;
}

/// The single number that a file of /sys holds.
template <class T>
[[nodiscard]] std::optional<T> read_number(const std::filesystem::path& path) {
  const auto text = read_text(path);
  return text ? parse_number<T>(trim(*text)) : std::nullopt;
}

}  // namespace sluice::monitor
