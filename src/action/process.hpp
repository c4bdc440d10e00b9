// Runs another program, within bounds.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace sluice::action {

struct ProcessOptions {
  std::vector<std::string> arguments;    ///< the program first; looked up in PATH
  std::vector<std::string> environment;  ///< "NAME=value"; all that it gets
  base::Duration timeout{};              ///< then it is killed with its process group
  std::size_t most_output = 0;           ///< bytes that are kept
};

struct ProcessResult {
  bool timed_out = false;
  int status = 0;      ///< as waitpid() says
  std::string output;  ///< its standard output and error
};

/// Runs it in a process group of its own, without input, our files and signal settings, and waits
/// for its end (not for that of processes it leaves behind). Errors: invalid (no such program, not
/// executable), unavailable (no memory, too many processes or files).
base::Result<ProcessResult> run_process(const ProcessOptions& options);

}  // namespace sluice::action
