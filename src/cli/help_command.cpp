#include <algorithm>
#include <memory>
#include <ostream>
#include <vector>

#include "base/text.hpp"
#include "cli/cli_reference.hpp"
#include "cli/program.hpp"

namespace sluice::cli {
namespace {

struct HelpArguments {
  std::vector<std::string> path;
  bool markdown = false;
};

ExitCode help(const HelpArguments& arguments, Session& session) {
  // Another program: the help of a parsed one is that of the command it was given.
  const auto program = make_program(session);
  if (arguments.markdown) {
    session.out << markdown_reference(describe(*program));
    return ExitCode::ok;
  }
  const CLI::App* command = program.get();
  for (const auto& name : arguments.path) {
    const auto subs = command->get_subcommands([](const CLI::App*) { return true; });
    const auto found = std::find_if(subs.begin(), subs.end(),
                                    [&](const CLI::App* sub) { return sub->get_name() == name; });
    if (found == subs.end()) {
      std::vector<std::string> names;
      for (const auto* sub : subs) names.push_back(sub->get_name());
      return session.fail(
          {base::ErrorCode::invalid, fmt::format("unknown command \"{}\"{}", name,
                                                 base::suggestion(name, "commands", names))});
    }
    command = *found;
  }
  session.out << help_of(*command);
  return ExitCode::ok;
}

}  // namespace

void add_help_command(CLI::App& program, Session& session) {
  auto arguments = std::make_shared<HelpArguments>();
  auto* command = program.add_subcommand("help", "Explain a command");
  command->add_option("COMMAND", arguments->path, "The command")->type_name("");
  command->add_flag("--markdown", arguments->markdown, "Print the reference of all commands");
  command->footer("Example:\n  sluice help bench grid");
  command->callback([arguments, &session] {
    session.action = [arguments, &session] { return help(*arguments, session); };
  });
}

}  // namespace sluice::cli
