#include <memory>
#include <ostream>

#include <spdlog/spdlog.h>

#include "base/json.hpp"
#include "base/units.hpp"
#include "cli/commands.hpp"
#include "cli/config_arguments.hpp"
#include "cli/output_file.hpp"
#include "cli/run_session.hpp"

namespace sluice::cli {
namespace {

struct RunArguments {
  ConfigArguments config;
  std::string policy;
  std::string duration;
  std::string grace;
  std::uint64_t frames = 0;
  std::string journal;
  std::string report_json;
  std::string report_html;
  bool json = false;
  bool force = false;
};

/// Puts the command's own options over the file's. Their paths are relative to where the command
/// runs, not to the file.
void apply(const RunArguments& arguments, config::Config& config) {
  // The words were checked when they were parsed.
  if (!arguments.policy.empty()) {
    config.scheduler.policy = *schedule::policy_from(arguments.policy);
  }
  if (!arguments.grace.empty()) config.engine.grace = *base::parse_duration(arguments.grace);
  if (!arguments.journal.empty()) config.journal.path = arguments.journal;
  if (!arguments.report_json.empty()) config.report.json = arguments.report_json;
  if (!arguments.report_html.empty()) config.report.html = arguments.report_html;
}

base::Status prepare_outputs(const config::Config& config, bool force) {
  for (const auto* path : {&config.journal.path, &config.report.json, &config.report.html}) {
    if (auto ready = prepare_output(*path, force); !ready) return ready;
  }
  return {};
}

/// Where the reports go, and whether they got there.
ExitCode write_reports(const config::ReportConfig& paths, const RunResult& result,
                       const RunArguments& arguments, Session& session) {
  auto code = ExitCode::ok;
  const auto json = base::to_pretty_json(telemetry::to_json(result.report));
  for (const auto& written :
       {write_output(paths.json, json),
        write_output(paths.html,
                     paths.html.empty() ? std::string() : telemetry::to_html(result.report))}) {
    if (!written) code = session.fail(written.error());
  }
  if (arguments.json) {
    session.out << json;
  } else {
    session.out << telemetry::to_text(result.report, session.out_is_terminal);
  }
  return code;
}

ExitCode conclude(const config::ReportConfig& paths, const RunResult& result,
                  const RunArguments& arguments, Session& session) {
  auto code = write_reports(paths, result, arguments, session);
  if (!result.journal) code = session.fail(result.journal.error());
  const auto& counts = result.report.total.counts;
  if (counts.offered > 0 && counts.on_time + counts.late == 0) {
    session.err << "sluice: no request was completed\n";
    code = ExitCode::failed;
  }
  return result.stopped ? ExitCode::failed : code;
}

ExitCode run(const RunArguments& arguments, Session& session) {
  auto loaded = load_config(arguments.config, session);
  if (!loaded) return ExitCode::usage;
  if (const auto problems = config::check_files(*loaded, arguments.config.file);
      !problems.empty()) {
    print_problems(problems, session);
    return ExitCode::usage;
  }
  auto& config = *loaded->config;
  apply(arguments, config);
  if (auto ready = prepare_outputs(config, arguments.force); !ready) {
    return session.fail(ready.error());
  }
  const auto paths = config.report;

  const base::SteadyClock clock;
  backend::CancelToken cancel;
  const auto signals = Signals::watch([&](int) { cancel.cancel(); });
  if (!signals) return session.fail(signals.error());
  Progress progress(session.err, session.err_is_terminal && !session.quiet);
  // A log line begins with clearing the progress line that it meets.
  if (session.err_is_terminal) spdlog::default_logger()->set_pattern("\r\x1b[K%^%l%$: %v");

  auto plan = make_plan(std::move(config), clock, cancel);
  if (!plan) {
    session.fail(base::with_context(arguments.config.file, plan.error()));
    // Nothing has started: the configuration asks for what cannot be had. Except where the user
    // changed their mind.
    return (*signals)->count() > 0 ? ExitCode::failed : ExitCode::usage;
  }
  RunLimits limits{.frames = arguments.frames};
  if (!arguments.duration.empty()) limits.duration = *base::parse_duration(arguments.duration);
  const auto result = execute(std::move(*plan), limits, clock, **signals, progress);
  if (!result) {
    session.fail(result.error());
    return ExitCode::usage;
  }
  return conclude(paths, *result, arguments, session);
}

void add_options(CLI::App& command, RunArguments& arguments) {
  add_config_arguments(command, arguments.config);
  command
      .add_option("--duration", arguments.duration, "Frames come for this long, for example 10s")
      ->type_name("TIME")
      ->check(duration_word());
  command.add_option("--frames", arguments.frames, "End after this many frames of all sources")
      ->type_name("N");
  command.add_option("--policy", arguments.policy, "Use this policy instead of the file's")
      ->type_name("POLICY")
      ->check(policy_word());
  command
      .add_option("--grace", arguments.grace,
                  "Time for what is queued, once the sources have ended or a signal came")
      ->type_name("TIME")
      ->check(duration_word());
  command.add_option("--journal", arguments.journal, "Write the event log there")
      ->type_name("FILE");
  command.add_option("--report-json", arguments.report_json, "Write the report there as JSON")
      ->type_name("FILE");
  command
      .add_option("--report-html", arguments.report_html,
                  "Write the report there as a page with charts")
      ->type_name("FILE");
  command.add_flag("--json", arguments.json, "Print the report as JSON");
  command.add_flag("--force", arguments.force, "Replace files that exist");
}

}  // namespace

void add_run_command(CLI::App& program, Session& session) {
  auto arguments = std::make_shared<RunArguments>();
  auto* command = program.add_subcommand("run", "Run models on sources, and report");
  add_options(*command, *arguments);
  command->footer(
      "Example:\n  sluice run examples/cameras.yaml --duration 10s --journal run.ndjson\n"
      "\n"
      "Ctrl-C ends the run: what is queued gets the grace time, and the report is written. A\n"
      "second Ctrl-C stops at once.");
  command->callback([arguments, &session] {
    session.action = [arguments, &session] { return run(*arguments, session); };
  });
}

}  // namespace sluice::cli
