// docs/reference/cli.md, made from the command tree.
#pragma once

#include <string>

#include "cli/command_tree.hpp"

namespace sluice::cli {

[[nodiscard]] std::string markdown_reference(const CommandInfo& program);

}  // namespace sluice::cli
