#include "action/log_action.hpp"

#include <spdlog/spdlog.h>

#include "action/template.hpp"

namespace sluice::action {
namespace {

class LogAction final : public Action {
 public:
  explicit LogAction(Template message) : message_(std::move(message)) {}

  base::Status act(const Event& event) override {
    spdlog::log(event.decision == "KO" ? spdlog::level::warn : spdlog::level::info, "{}",
                message_.render(event));
    return {};
  }

 private:
  const Template message_;
};

}  // namespace

base::Status check(const LogOptions& options) {
  const auto message = Template::parse(options.message);
  if (!message) return tl::unexpected(base::with_context("message", message.error()));
  return {};
}

std::unique_ptr<Action> make_log_action(const LogOptions& options) {
  return std::make_unique<LogAction>(Template::parse(options.message).value());
}

}  // namespace sluice::action
