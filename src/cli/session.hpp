// What the commands share: streams, exit codes, output files.
#pragma once

#include <functional>
#include <iosfwd>

#include "base/result.hpp"

namespace sluice::cli {

enum class ExitCode : int {
  ok = 0,
  failed = 1,  ///< the work failed
  usage = 2,   ///< bad usage or configuration; nothing was started
};

/// The program around a command.
struct Session {
  std::ostream& out;  ///< results
  std::ostream& err;  ///< everything else
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  /// What the parsed command will do; set by its CLI11 callback.
  std::function<ExitCode()> action{};
  /// Options of the program itself.
  bool quiet = false;
  bool verbose = false;

  /// Prints the error and says how to exit with it: bad input is `usage`, the rest `failed`.
  ExitCode fail(const base::Error& error);
};

}  // namespace sluice::cli
