// Set-up of the program's log. Modules log through spdlog's default logger; results never go
// through it.
#pragma once

namespace sluice::base {

/// How much is logged: only errors, also what happens, or everything.
enum class LogLevel { quiet, normal, verbose };

/// Makes the default logger write to standard error, in colour if that is a terminal (and
/// NO_COLOR is not set). Thread-safe afterwards.
void set_up_log(LogLevel level);

}  // namespace sluice::base
