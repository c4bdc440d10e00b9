// The arguments that every command with a configuration file takes.
#pragma once

#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "cli/session.hpp"
#include "config/load.hpp"

namespace sluice::cli {

struct ConfigArguments {
  std::string file;
  std::vector<std::string> settings;
};

/// Adds FILE and --set.
void add_config_arguments(CLI::App& command, ConfigArguments& arguments, bool file_required = true);

/// Loads the file; nullopt: the problems were printed.
[[nodiscard]] std::optional<config::Loaded> load_config(const ConfigArguments& arguments,
                                                        Session& session);

/// Prints one problem per line.
void print_problems(const config::Problems& problems, Session& session);

/// A check for CLI11 that a word is a policy, with a suggestion if not; also gives completion and
/// help the list of words.
[[nodiscard]] CLI::Validator policy_word();
/// The same for a time such as 80ms.
[[nodiscard]] CLI::Validator duration_word();
/// The same for an address to listen on.
[[nodiscard]] CLI::Validator listen_word();

}  // namespace sluice::cli
