#include "cli/config_arguments.hpp"

#include <ostream>

#include "base/text.hpp"
#include "base/units.hpp"
#include "config/listen_address.hpp"
#include "schedule/options.hpp"

namespace sluice::cli {
namespace {

std::vector<std::string> policy_names() {
  using schedule::PolicyKind;
  std::vector<std::string> names;
  for (const auto kind : {PolicyKind::slack, PolicyKind::fifo, PolicyKind::priority,
                          PolicyKind::edf, PolicyKind::round_robin, PolicyKind::fixed_batch,
                          PolicyKind::interval, PolicyKind::levels}) {
    names.emplace_back(schedule::to_string(kind));
  }
  return names;
}

}  // namespace

void add_config_arguments(CLI::App& command, ConfigArguments& arguments, bool file_required) {
  command.add_option("FILE", arguments.file, "Configuration file")
      ->required(file_required)
      ->type_name("");
  command
      .add_option("--set", arguments.settings,
                  "Change a value of the file, for example tasks[detector].priority=5 (repeatable)")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

std::optional<config::Loaded> load_config(const ConfigArguments& arguments, Session& session) {
  auto loaded = config::load_file(arguments.file, {.settings = arguments.settings});
  if (loaded.config) return loaded;
  print_problems(loaded.problems, session);
  return std::nullopt;
}

void print_problems(const config::Problems& problems, Session& session) {
  for (const auto& problem : problems) session.err << config::to_string(problem) << '\n';
  session.err << "sluice: " << problems.size() << (problems.size() == 1 ? " problem" : " problems")
              << "; nothing was started\n";
}

CLI::Validator policy_word() {
  auto names = policy_names();
  return CLI::Validator(
      [names](std::string& word) -> std::string {
        if (schedule::policy_from(word)) return {};
        return fmt::format("unknown policy \"{}\"{}", word,
                           base::suggestion(word, "policies", names));
      },
      '{' + base::join(names, ",") + '}');
}

CLI::Validator duration_word() {
  return CLI::Validator(
      [](std::string& word) -> std::string {
        const auto duration = base::parse_duration(word);
        if (!duration) return duration.error().message;
        if (duration->count() < 0) return fmt::format("\"{}\" is negative", word);
        return {};
      },
      "");
}

CLI::Validator listen_word() {
  return CLI::Validator(
      [](std::string& word) -> std::string {
        const auto address = config::parse_listen_address(word);
        return address ? std::string() : address.error().message;
      },
      "");
}

}  // namespace sluice::cli
