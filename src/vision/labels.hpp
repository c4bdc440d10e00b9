// Names of classes from a file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace sluice::vision {

/// Largest file that is read: many times the longest list of classes in use.
inline constexpr std::size_t kMaxLabelsBytes = std::size_t{4} << 20;

/// The labels in `text`, one a line, in the order of the model's classes. Line ends may be LF or
/// CR LF; a byte order mark and empty lines at the end do not count. Blanks around a label do not
/// belong to it, but a line of blanks alone is a label: the files of keys for reading text list
/// the space so. The same label may occur twice. Errors (invalid) begin with `name` and the line:
/// an empty line before others, a control character (not a text file), no labels at all.
base::Result<std::vector<std::string>> parse_labels(std::string_view text, std::string_view name);

/// Those of a file. Errors name it: as parse_labels(); it cannot be read (io); it has more than
/// kMaxLabelsBytes (invalid).
base::Result<std::vector<std::string>> read_labels(const std::string& path);

}  // namespace sluice::vision
