// The program: all commands, and what happens to the arguments.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/commands.hpp"

namespace sluice::cli {

/// The command tree. `session` must outlive it.
[[nodiscard]] std::unique_ptr<CLI::App> make_program(Session& session);

/// What `--help` prints for a command of the tree.
[[nodiscard]] std::string help_of(const CLI::App& command);

/// Parses the arguments (without the program's name) and runs the command.
[[nodiscard]] ExitCode run_program(std::vector<std::string> arguments, Session& session);

}  // namespace sluice::cli
