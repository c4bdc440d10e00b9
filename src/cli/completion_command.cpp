#include <memory>
#include <ostream>

#include "cli/commands.hpp"
#include "cli/completion.hpp"

namespace sluice::cli {

void add_completion_command(CLI::App& program, Session& session) {
  auto shell = std::make_shared<std::string>();
  auto* command = program.add_subcommand("completion", "Print a completion script for a shell");
  command->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->footer(
      "Example:\n  source <(sluice completion bash)\n  sluice completion fish | source");
  command->callback([shell, &program, &session] {
    session.action = [shell, &program, &session] {
      const auto tree = describe(program);
      session.out << (*shell == "bash"  ? bash_completion(tree)
                      : *shell == "zsh" ? zsh_completion(tree)
                                        : fish_completion(tree));
      return ExitCode::ok;
    };
  });
}

}  // namespace sluice::cli
