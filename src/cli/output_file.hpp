// Files that commands write: folders are made, nothing is overwritten unasked.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace sluice::cli {

/// Makes sure, before the work starts, that `path` can be written: makes its folder, and refuses
/// a file that exists unless `force`. An empty path is fine: nothing will be written.
/// Errors (invalid): the remedy is in the message.
[[nodiscard]] base::Status prepare_output(const std::string& path, bool force);

/// Writes a file that prepare_output() has accepted. Error (io): what the system said.
[[nodiscard]] base::Status write_output(const std::string& path, std::string_view text);

}  // namespace sluice::cli
