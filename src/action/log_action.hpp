// Decisions in the program's log.
#pragma once

#include <memory>
#include <string>

#include "action/action.hpp"

namespace sluice::action {

struct LogOptions {
  std::string message = "{station}: {decision} {id}: {verdict.reason}";  ///< template
};

/// Errors (invalid): the template.
base::Status check(const LogOptions& options);

/// Logs KO as a warning, everything else as information. The options have passed check().
std::unique_ptr<Action> make_log_action(const LogOptions& options);

}  // namespace sluice::action
