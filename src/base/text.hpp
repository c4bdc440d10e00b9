// Small text helpers for messages.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::base {

/// The candidate most like `word` (fewest insertions, deletions, replacements and swaps of
/// neighbours, case ignored), if it is like it at all: for "did you mean". Ties: the first.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word,
                                                 std::span<const std::string> candidates);

/// "a, b, c".
[[nodiscard]] std::string join(std::span<const std::string> parts,
                               std::string_view separator = ", ");

/// What to say after "unknown ...": `; did you mean "x"?`, or else `; known <what>: a, b, c`.
[[nodiscard]] std::string suggestion(std::string_view word, std::string_view what,
                                     std::span<const std::string> candidates);

/// `text` with `width` columns at most where lines can be broken at spaces; lines after the first
/// begin with `indent`.
[[nodiscard]] std::string wrap(std::string_view text, std::size_t width, std::string_view indent);

}  // namespace sluice::base
