// Completion scripts for shells, made from the command tree.
#pragma once

#include <string>

#include "cli/command_tree.hpp"

namespace sluice::cli {

[[nodiscard]] std::string bash_completion(const CommandInfo& program);
[[nodiscard]] std::string zsh_completion(const CommandInfo& program);
[[nodiscard]] std::string fish_completion(const CommandInfo& program);

}  // namespace sluice::cli
