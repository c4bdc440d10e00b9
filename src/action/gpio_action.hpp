// An output line of the machine: a lamp, an ejector.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "action/action.hpp"

namespace sluice::action {

/// An output line that is ours. Not thread-safe.
class OutputLine {
 public:
  virtual ~OutputLine() = default;
  /// Errors: io.
  virtual base::Status set(bool active) = 0;
};

struct GpioOptions {
  std::string chip = "/dev/gpiochip0";
  int line = 0;
  bool active_low = false;
  /// Active for this long. 0: active from a KO until the next event that is none.
  base::Duration pulse{};
};

/// Errors (invalid) name the option and what it may be.
base::Status check(const GpioOptions& options);

/// Takes the line, inactive, with libgpiod. Errors: not_found (no such chip or line: this machine
/// has none, or it has another name), unavailable (another program has the line), io.
base::Result<std::unique_ptr<OutputLine>> open_output_line(const GpioOptions& options);

/// What the action needs of the machine; for tests.
struct GpioMachine {
  std::function<base::Result<std::unique_ptr<OutputLine>>(const GpioOptions&)> open =
      open_output_line;
  std::function<void(base::Duration)> wait;  ///< empty: sleeps
};

/// Takes the line with the first event, and keeps it. Not repeatable. The options have passed
/// check().
std::unique_ptr<Action> make_gpio_action(const GpioOptions& options, GpioMachine machine = {});

}  // namespace sluice::action
