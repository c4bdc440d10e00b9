#include "action/command_action.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <spdlog/spdlog.h>
#include <sys/wait.h>

#include "action/process.hpp"
#include "action/template.hpp"
#include "base/units.hpp"

namespace sluice::action {
namespace {

/// An argument or a variable cannot have zero bytes in it.
std::string without_zeros(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), '\0'), text.end());
  return text;
}

std::vector<std::string> environment_for(const Event& event) {
  const char* path = std::getenv("PATH");
  return {std::string("PATH=") + (path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path),
          "SLUICE_ID=" + without_zeros(event.id),
          "SLUICE_STATION=" + without_zeros(event.station),
          "SLUICE_KIND=" + without_zeros(event.kind),
          "SLUICE_DECISION=" + without_zeros(event.decision),
          "SLUICE_TIME=" + without_zeros(event.time)};
}

std::string_view without_last_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

class CommandAction final : public Action {
 public:
  CommandAction(CommandOptions options, std::vector<Template> arguments)
      : options_(std::move(options)), arguments_(std::move(arguments)) {}

  base::Status act(const Event& event) override {
    ProcessOptions process{.arguments = {},
                           .environment = environment_for(event),
                           .timeout = options_.timeout,
                           .most_output = options_.most_output};
    for (const auto& argument : arguments_) {
      process.arguments.push_back(argument.render(event, without_zeros));
    }
    const auto result = run_process(process);
    if (!result) return tl::unexpected(result.error());
    const std::string& program = process.arguments[0];
    if (!result->output.empty()) {
      spdlog::info("{} for {}: {}", program, event.id, without_last_line_end(result->output));
    }
    if (result->timed_out) {
      return base::fail(base::ErrorCode::internal, "{} did not end within {} and was killed",
                        program, base::format_duration(options_.timeout));
    }
    if (WIFSIGNALED(result->status)) {
      return base::fail(base::ErrorCode::internal, "{} was ended by signal {}", program,
                        WTERMSIG(result->status));
    }
    if (WEXITSTATUS(result->status) != 0) {
      return base::fail(base::ErrorCode::internal, "{} ended with status {}", program,
                        WEXITSTATUS(result->status));
    }
    return {};
  }

  [[nodiscard]] bool repeatable() const override { return false; }

 private:
  const CommandOptions options_;
  const std::vector<Template> arguments_;
};

}  // namespace

base::Status check(const CommandOptions& options) {
  using base::ErrorCode;
  if (options.run.empty() || options.run[0].empty()) {
    return base::fail(ErrorCode::invalid, "run is empty; it is a program and its arguments");
  }
  for (const auto& text : options.run) {
    const auto argument = Template::parse(text);
    if (!argument) return tl::unexpected(base::with_context("run", argument.error()));
    if (&text == &options.run[0] && !argument->constant()) {
      return base::fail(ErrorCode::invalid, "run: the program must not depend on the event");
    }
    if (text.find('\0') != std::string::npos) {
      return base::fail(ErrorCode::invalid, "run: an argument has a zero byte");
    }
  }
  if (options.timeout <= base::Duration::zero() || options.timeout > std::chrono::hours(24)) {
    return base::fail(ErrorCode::invalid, "timeout must be positive and 24h at most");
  }
  return {};
}

std::unique_ptr<Action> make_command_action(const CommandOptions& options) {
  std::vector<Template> arguments;
  for (const auto& text : options.run) arguments.push_back(Template::parse(text).value());
  return std::make_unique<CommandAction>(options, std::move(arguments));
}

}  // namespace sluice::action
