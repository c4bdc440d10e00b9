#include "cli/program.hpp"

#include <algorithm>
#include <ostream>

#include <CLI/Config.hpp>  // defines what App.hpp only declares
#include <CLI/Error.hpp>
#include <CLI/Formatter.hpp>

#include "base/log.hpp"
#include "base/text.hpp"

namespace sluice::cli {
namespace {

constexpr const char* kDescription =
    "Decides what a small machine infers next when there is more to do than it can,\n"
    "and says why.";
constexpr const char* kFooter =
    "Example:\n"
    "  sluice compare examples/overload.yaml\n"
    "  sluice run examples/demo.yaml --duration 10s\n"
    "\n"
    "Exit status: 0 ok, 1 the work failed, 2 bad usage or configuration.";

/// The command whose arguments were being read: the deepest that was named.
const CLI::App& current_command(const CLI::App& program) {
  const CLI::App* command = &program;
  for (auto parsed = command->get_subcommands(); !parsed.empty();
       parsed = command->get_subcommands()) {
    command = parsed.front();
  }
  return *command;
}

std::string full_name(const CLI::App& command) {
  if (command.get_parent() == nullptr) return command.get_name();
  return full_name(*command.get_parent()) + ' ' + command.get_name();
}

/// What the user may have meant by the arguments that no option or command took; empty: there are
/// none.
std::string unexpected(const CLI::App& program, const CLI::App& command) {
  // Options of the program may follow a command, and so leftovers may end up with either.
  auto extras = command.remaining();
  if (extras.empty()) extras = program.remaining();
  if (extras.empty()) return {};
  const auto& word = extras.front();
  std::vector<std::string> known;
  if (word.starts_with('-')) {
    for (const auto* place : {&command, &program}) {
      for (const auto* option : place->get_options()) {
        for (const auto& name : option->get_lnames()) known.push_back("--" + name);
      }
    }
    return fmt::format("unknown option {}{}", word, base::suggestion(word, "options", known));
  }
  for (const auto* sub : command.get_subcommands([](const CLI::App*) { return true; })) {
    known.push_back(sub->get_name());
  }
  if (known.empty()) return fmt::format("unexpected argument \"{}\"", word);
  return fmt::format("unknown command \"{}\"{}", word, base::suggestion(word, "commands", known));
}

ExitCode usage_error(const CLI::App& program, const CLI::ParseError& error, Session& session) {
  const auto& command = current_command(program);
  std::string message = error.what();
  const auto kind = static_cast<CLI::ExitCodes>(error.get_exit_code());
  // A misspelt command is also a missing one.
  if (kind == CLI::ExitCodes::ExtrasError || kind == CLI::ExitCodes::RequiredError) {
    if (auto better = unexpected(program, command); !better.empty()) message = std::move(better);
  }
  session.err << "sluice: " << message << "\nsluice: see " << full_name(command) << " --help\n";
  return ExitCode::usage;
}

ExitCode parse_and_run(CLI::App& program, std::vector<std::string> arguments, Session& session) {
  if (arguments.empty()) {
    session.err << help_of(program);
    return ExitCode::usage;
  }
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  try {
    program.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    session.out << help_of(current_command(program));
    return ExitCode::ok;
  } catch (const CLI::CallForVersion&) {
    session.out << "sluice " << SLUICE_VERSION << '\n';
    return ExitCode::ok;
  } catch (const CLI::ParseError& error) {
    return usage_error(program, error, session);
  }
  base::set_up_log(session.quiet     ? base::LogLevel::quiet
                   : session.verbose ? base::LogLevel::verbose
                                     : base::LogLevel::normal);
  return session.action();
}

}  // namespace

std::string help_of(const CLI::App& command) {
  const auto* parent = command.get_parent();
  auto text = command.help(parent == nullptr ? "" : full_name(*parent));
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

std::unique_ptr<CLI::App> make_program(Session& session) {
  auto program = std::make_unique<CLI::App>(kDescription, "sluice");
  program->footer(kFooter);
  program->fallthrough();
  program->require_subcommand(1);
  program->set_version_flag("--version", SLUICE_VERSION, "Print the version and exit");
  auto* quiet = program->add_flag("-q,--quiet", session.quiet, "Say only what went wrong");
  program->add_flag("-v,--verbose", session.verbose, "Say more")->excludes(quiet);

  add_run_command(*program, session);
  add_serve_command(*program, session);
  add_infer_command(*program, session);
  add_compare_command(*program, session);
  add_check_command(*program, session);
  add_report_command(*program, session);
  add_explain_command(*program, session);
  add_replay_command(*program, session);
  add_top_command(*program, session);
  add_bench_command(*program, session);
  add_import_command(*program, session);
  add_schema_command(*program, session);
  add_version_command(*program, session);
  add_completion_command(*program, session);
  add_help_command(*program, session);
  return program;
}

ExitCode run_program(std::vector<std::string> arguments, Session& session) {
  const auto program = make_program(session);
  return parse_and_run(*program, std::move(arguments), session);
}

}  // namespace sluice::cli
