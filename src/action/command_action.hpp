// A program that is run for a decision.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "action/action.hpp"

namespace sluice::action {

struct CommandOptions {
  /// The program and its arguments: templates, but for the program. No shell.
  std::vector<std::string> run;
  base::Duration timeout{std::chrono::seconds(30)};  ///< then it is killed with its process group
  std::size_t most_output = std::size_t{64} << 10;   ///< bytes of its output that are logged
};

/// Errors (invalid) name the option and what it may be.
base::Status check(const CommandOptions& options);

/// Done when the program ends with status 0; not attempted again once it ran, and not repeatable.
/// Of the environment it gets PATH, and SLUICE_ID, SLUICE_STATION, SLUICE_KIND, SLUICE_DECISION and
/// SLUICE_TIME of the event. The options have passed check().
std::unique_ptr<Action> make_command_action(const CommandOptions& options);

}  // namespace sluice::action
