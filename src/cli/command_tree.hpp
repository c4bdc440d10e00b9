// The command tree as data: what completion scripts and the reference are made from.
#pragma once

#include <string>
#include <vector>

#include <CLI/App.hpp>

namespace sluice::cli {

struct OptionInfo {
  std::vector<std::string> names;  ///< "--set", "-q"; empty: positional
  std::string description;
  std::string value;               ///< "KEY=VALUE", "FILE"; empty: a flag
  std::string fallback;            ///< default, as written; empty: none
  std::vector<std::string> words;  ///< values it is limited to; empty: any
  bool required = false;
  bool repeatable = false;
};

struct CommandInfo {
  std::vector<std::string> path;  ///< {"bench", "grid"}; empty: the program
  std::string description;
  std::string footer;  ///< examples
  std::vector<OptionInfo> positionals;
  std::vector<OptionInfo> options;
  std::vector<CommandInfo> commands;
};

/// Describes `command` and everything below it.
[[nodiscard]] CommandInfo describe(const CLI::App& command);

/// "sluice bench grid".
[[nodiscard]] std::string full_name(const CommandInfo& command);

/// All commands of the tree, each before those below it; they live in `tree`.
[[nodiscard]] std::vector<const CommandInfo*> flatten(const CommandInfo& tree);

}  // namespace sluice::cli
