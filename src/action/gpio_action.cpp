#include "action/gpio_action.hpp"

#include <mutex>
#include <thread>
#include <utility>

namespace sluice::action {
namespace {

class GpioAction final : public Action {
 public:
  GpioAction(GpioOptions options, GpioMachine machine)
      : options_(std::move(options)), machine_(std::move(machine)) {}

  base::Status act(const Event& event) override {
    const std::lock_guard lock(mutex_);
    if (!line_) {
      auto opened = machine_.open(options_);
      if (!opened) return tl::unexpected(opened.error());
      line_ = std::move(*opened);
    }
    if (options_.pulse == base::Duration::zero()) return line_->set(event.decision == "KO");
    if (auto ok = line_->set(true); !ok) return ok;
    machine_.wait(options_.pulse);
    return line_->set(false);
  }

  [[nodiscard]] bool repeatable() const override { return false; }

 private:
  const GpioOptions options_;
  const GpioMachine machine_;
  std::mutex mutex_;
  std::unique_ptr<OutputLine> line_;
};

}  // namespace

base::Status check(const GpioOptions& options) {
  if (options.chip.empty()) return base::fail(base::ErrorCode::invalid, "chip is missing");
  if (options.line < 0) {
    return base::fail(base::ErrorCode::invalid, "line is {}, but must not be negative",
                      options.line);
  }
  if (options.pulse < base::Duration::zero() || options.pulse > std::chrono::minutes(1)) {
    return base::fail(base::ErrorCode::invalid, "pulse must be 0 to 1min");
  }
  return {};
}

std::unique_ptr<Action> make_gpio_action(const GpioOptions& options, GpioMachine machine) {
  if (!machine.wait) {
    machine.wait = [](base::Duration time) { std::this_thread::sleep_for(time); };
  }
  return std::make_unique<GpioAction>(options, std::move(machine));
}

}  // namespace sluice::action
