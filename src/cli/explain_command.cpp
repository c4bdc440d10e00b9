#include <memory>
#include <ostream>

#include "base/json.hpp"
#include "cli/commands.hpp"
#include "telemetry/explain.hpp"

namespace sluice::cli {
namespace {

struct ExplainArguments {
  std::string journal;
  std::string request;
  bool json = false;
};

ExitCode explain(const ExplainArguments& arguments, Session& session) {
  const auto journal = telemetry::load_journal(arguments.journal);
  if (!journal) return session.fail(journal.error());
  const auto explanation = telemetry::explain(*journal, arguments.request);
  if (!explanation) return session.fail(explanation.error());
  if (arguments.json) {
    session.out << base::to_pretty_json(telemetry::to_json(*explanation));
  } else {
    session.out << telemetry::to_text(*explanation, session.out_is_terminal);
  }
  return ExitCode::ok;
}

}  // namespace

void add_explain_command(CLI::App& program, Session& session) {
  auto arguments = std::make_shared<ExplainArguments>();
  auto* command = program.add_subcommand(
      "explain", "Tell one request's story, and what it would have needed to be on time");
  command->add_option("JOURNAL", arguments->journal, "Journal of the run")
      ->required()
      ->type_name("");
  command
      ->add_option("REQUEST", arguments->request,
                   "An id (17), the n-th request of a task (detector#3), first-drop, first-late or "
                   "first-failed, also of one task (detector:first-drop)")
      ->required()
      ->type_name("");
  command->add_flag("--json", arguments->json, "Print it as JSON");
  command->footer("Example:\n  sluice explain run.ndjson first-drop");
  command->callback([arguments, &session] {
    session.action = [arguments, &session] { return explain(*arguments, session); };
  });
}

}  // namespace sluice::cli
