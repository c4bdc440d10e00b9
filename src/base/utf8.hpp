// Text that may not be text: names of files, what models and clients say.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::base {

/// U+FFFD in UTF-8: stands for what is none.
inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

/// Length of the UTF-8 sequence at the start of `text`, which is not empty; 0: there is none
/// (Unicode 15, table 3-7).
[[nodiscard]] std::size_t utf8_length(std::string_view text);

/// Whether `text` is well-formed UTF-8.
[[nodiscard]] bool is_utf8(std::string_view text);

/// `text` with every byte that is not UTF-8 replaced by U+FFFD.
[[nodiscard]] std::string valid_utf8(std::string_view text);

}  // namespace sluice::base
