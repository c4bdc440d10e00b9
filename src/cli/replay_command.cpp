#include <memory>
#include <ostream>
#include <vector>

#include <boost/json/object.hpp>

#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/config_arguments.hpp"
#include "cli/output_file.hpp"
#include "cli/tables.hpp"
#include "telemetry/compare_html.hpp"
#include "telemetry/replay.hpp"
#include "telemetry/report.hpp"
#include "telemetry/text_table.hpp"

namespace sluice::cli {
namespace {

struct ReplayArguments {
  std::string journal;
  std::string policy;
  std::vector<std::string> settings;
  std::string html;
  bool check = false;
  bool json = false;
  bool force = false;
};

/// The recorded run and its replay, told in the same way.
struct Outcome {
  telemetry::Report recorded;
  telemetry::Report replayed;
};

base::Result<schedule::SchedulerOptions> changed_options(const ReplayArguments& arguments,
                                                         schedule::SchedulerOptions options) {
  auto settings = arguments.settings;
  if (!arguments.policy.empty()) settings.insert(settings.begin(), "policy=" + arguments.policy);
  for (const auto& setting : settings) {
    if (auto done = config::apply_setting(options, setting); !done) {
      return tl::unexpected(done.error());
    }
  }
  return options;
}

base::Result<Outcome> replay(const ReplayArguments& arguments,
                             const telemetry::JournalContent& journal,
                             const telemetry::ReplayInput& input) {
  auto options = changed_options(arguments, input.run.scheduler);
  if (!options) return tl::unexpected(options.error());
  auto recorded = telemetry::report_journal(arguments.journal);
  if (!recorded) return tl::unexpected(recorded.error());
  recorded->run.name = "recorded";

  telemetry::RunHeader header;
  header.name = "replayed";
  header.scheduler = *options;
  header.software = journal.info.header.software;
  telemetry::ReportBuilder builder(header);
  const auto result = telemetry::replay(input, *options, &builder);
  if (!result) return tl::unexpected(result.error());
  return Outcome{std::move(*recorded), builder.report()};
}

std::string to_text(const Outcome& outcome, const telemetry::ReplayInput& input, bool terminal) {
  telemetry::TextTable table({"task", "run", "offered", "on time", "late", "failed", "p50 ms",
                              "p95 ms", "p99 ms", "max ms", "dropped"},
                             2);
  for (std::size_t i = 0; i < outcome.recorded.tasks.size(); ++i) {
    for (const auto* report : {&outcome.recorded, &outcome.replayed}) {
      const auto& task = report->tasks[i].counts;
      const bool ran = task.on_time + task.late > 0;
      table.add({task.name, report->run.name, fmt::format("{}", task.offered),
                 fmt::format("{}", task.on_time), fmt::format("{}", task.late),
                 fmt::format("{}", task.failed), ms_cell(task.latency.p50, ran),
                 ms_cell(task.latency.p95, ran), ms_cell(task.latency.p99, ran),
                 ms_cell(task.latency.max, ran), drops_cell(task)});
    }
  }
  const auto line = [](const telemetry::Report& report) {
    return fmt::format("{}: {}, goodput {:.2f}/s, {} of the slots' time wasted\n", report.run.name,
                       schedule::to_string(report.run.scheduler.policy), report.goodput,
                       share_cell(report.wasted_share));
  };
  std::string out = table.text(terminal) + '\n' + line(outcome.recorded) + line(outcome.replayed);
  if (input.guessed > 0) {
    out += fmt::format(
        "{} of {} requests never ran; the replay takes their cost from others of "
        "the same model\n",
        input.guessed, input.requests.size());
  }
  return out;
}

ExitCode check_agreement(const ReplayArguments& arguments, const telemetry::ReplayInput& input,
                         Session& session) {
  const auto agreement = telemetry::check_agreement(input);
  if (!agreement) return session.fail(agreement.error());
  if (arguments.json) {
    session.out << base::to_pretty_json(telemetry::to_json(*agreement));
  } else {
    session.out << telemetry::to_text(*agreement, session.out_is_terminal);
  }
  return ExitCode::ok;
}

ExitCode run(const ReplayArguments& arguments, Session& session) {
  if (auto ready = prepare_output(arguments.html, arguments.force); !ready) {
    return session.fail(ready.error());
  }
  const auto journal = telemetry::load_journal(arguments.journal);
  if (!journal) return session.fail(journal.error());
  const auto input = telemetry::replay_input(*journal);
  if (!input) return session.fail(base::with_context(arguments.journal, input.error()));
  if (arguments.check) return check_agreement(arguments, *input, session);
  const auto outcome = replay(arguments, *journal, *input);
  if (!outcome) return session.fail(outcome.error());

  if (!arguments.html.empty()) {
    const auto page =
        telemetry::to_html({outcome->recorded, outcome->replayed}, "A run and its replay");
    if (auto written = write_output(arguments.html, page); !written) {
      return session.fail(written.error());
    }
  }
  if (arguments.json) {
    session.out << base::to_pretty_json(
        boost::json::object{{"recorded", telemetry::to_json(outcome->recorded)},
                            {"replayed", telemetry::to_json(outcome->replayed)},
                            {"guessed", input->guessed}});
  } else {
    session.out << to_text(*outcome, *input, session.out_is_terminal);
  }
  return ExitCode::ok;
}

}  // namespace

void add_replay_command(CLI::App& program, Session& session) {
  auto arguments = std::make_shared<ReplayArguments>();
  auto* command = program.add_subcommand(
      "replay", "Simulate what a real run saw under another policy or setting");
  command->add_option("JOURNAL", arguments->journal, "Journal of the run")
      ->required()
      ->type_name("");
  command->add_option("--policy", arguments->policy, "The policy to use; none: the recorded one")
      ->type_name("POLICY")
      ->check(policy_word());
  command
      ->add_option("--set", arguments->settings,
                   "Change a scheduling key, for example shedding=none or "
                   "tasks[detector].latency_budget=50ms (repeatable)")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  auto* html = command->add_option("--html", arguments->html, "Also write a page with both")
                   ->type_name("FILE");
  command
      ->add_flag("--check", arguments->check,
                 "Replay without changes and say how far it agrees with what was recorded")
      ->excludes("--policy")
      ->excludes("--set")
      ->excludes(html);
  command->add_flag("--json", arguments->json, "Print the result as JSON");
  command->add_flag("--force", arguments->force, "Replace a file that exists");
  command->footer("Example:\n  sluice replay run.ndjson --policy fifo --set shedding=none");
  command->callback([arguments, &session] {
    session.action = [arguments, &session] { return run(*arguments, session); };
  });
}

}  // namespace sluice::cli
