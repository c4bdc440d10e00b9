#include <memory>
#include <ostream>
#include <vector>

#include <boost/json/array.hpp>

#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/output_file.hpp"
#include "telemetry/compare_html.hpp"
#include "telemetry/report.hpp"

namespace sluice::cli {
namespace {

struct ReportArguments {
  std::vector<std::string> journals;
  std::string html;
  bool json = false;
  bool force = false;
};

std::string html_of(const std::vector<telemetry::Report>& reports) {
  if (reports.size() == 1) return telemetry::to_html(reports.front());
  return telemetry::to_html(reports, "Runs side by side");
}

ExitCode report(const ReportArguments& arguments, Session& session) {
  if (auto ready = prepare_output(arguments.html, arguments.force); !ready) {
    return session.fail(ready.error());
  }
  std::vector<telemetry::Report> reports;
  for (const auto& path : arguments.journals) {
    auto read = telemetry::report_journal(path);
    if (!read) return session.fail(read.error());
    reports.push_back(std::move(*read));
  }
  if (!arguments.html.empty()) {
    if (auto written = write_output(arguments.html, html_of(reports)); !written) {
      return session.fail(written.error());
    }
  }
  if (arguments.json && reports.size() == 1) {
    session.out << base::to_pretty_json(telemetry::to_json(reports.front()));
  } else if (arguments.json) {
    boost::json::array all;
    for (const auto& one : reports) all.push_back(telemetry::to_json(one));
    session.out << base::to_pretty_json(all);
  } else {
    for (const auto& one : reports) session.out << telemetry::to_text(one, session.out_is_terminal);
  }
  return ExitCode::ok;
}

}  // namespace

void add_report_command(CLI::App& program, Session& session) {
  auto arguments = std::make_shared<ReportArguments>();
  auto* command = program.add_subcommand("report", "Say what happened in a run, from its journal");
  command->add_option("JOURNAL", arguments->journals, "Journals; several are put side by side")
      ->required()
      ->type_name("");
  command->add_option("--html", arguments->html, "Also write a page with charts")
      ->type_name("FILE");
  command->add_flag("--json", arguments->json, "Print the report as JSON");
  command->add_flag("--force", arguments->force, "Replace a file that exists");
  command->footer(
      "Example:\n  sluice report run.ndjson --html run.html\n"
      "  sluice report fifo.ndjson slack.ndjson --html both.html");
  command->callback([arguments, &session] {
    session.action = [arguments, &session] { return report(*arguments, session); };
  });
}

}  // namespace sluice::cli
