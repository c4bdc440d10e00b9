// Recorded arrival times in CSV files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace sluice::simulate {

/// Reads the `task` rows of a CSV trace with a header line containing `time_s` (seconds since
/// the start) and optionally `task`; without that column every row counts. Errors name file
/// and line: missing columns, gaps (a row with too few columns, an empty line before the last
/// row), unsorted times, negative or non-finite numbers, and a task without rows.
base::Result<std::vector<base::Duration>> read_trace_csv(const std::string& path,
                                                         const std::string& task);

/// The same for the content of a file; `name` stands for its path in messages.
base::Result<std::vector<base::Duration>> parse_trace_csv(std::string_view text,
                                                          const std::string& name,
                                                          const std::string& task);

}  // namespace sluice::simulate
