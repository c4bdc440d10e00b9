// What is wrong with a configuration, and where.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace sluice::config {

/// A place in a text. Line and column count from 1; line 0: nowhere in the file (a setting of the
/// command line).
struct Place {
  int line = 0;
  int column = 0;
};

/// One mistake. The message says what is wrong and what to do about it.
struct Problem {
  std::string file;
  Place place;
  std::string path;  ///< "tasks[1].queue.capacity"; empty: the whole file
  std::string message;
};
using Problems = std::vector<Problem>;

/// "cameras.yaml:12:5: tasks[1].queue.capacity: must be at least 1, is 0".
[[nodiscard]] std::string to_string(const Problem& problem);

/// All of them as one error, a line each (ErrorCode::invalid).
[[nodiscard]] base::Error to_error(const Problems& problems);

}  // namespace sluice::config
