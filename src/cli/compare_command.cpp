#include <memory>
#include <ostream>
#include <thread>

#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/compare_text.hpp"
#include "cli/config_arguments.hpp"
#include "cli/output_file.hpp"
#include "config/workload.hpp"
#include "simulate/compare.hpp"
#include "telemetry/compare_html.hpp"

namespace sluice::cli {
namespace {

struct CompareArguments {
  ConfigArguments config;
  std::string html;
  bool json = false;
  bool force = false;
};

/// The variants of the file as the simulator takes them.
std::vector<simulate::NamedPolicy> policies_of(const config::Config& config) {
  std::vector<simulate::NamedPolicy> policies;
  for (const auto& variant : config.compare.policies) {
    policies.push_back(
        {variant.name, [settings = variant.scheduler](schedule::SchedulerOptions& options) {
           auto changed = settings;
           changed.models = std::move(options.models);
           changed.tasks = std::move(options.tasks);
           changed.slots = options.slots;
           options = std::move(changed);
         }});
  }
  return policies;
}

ExitCode compare(const CompareArguments& arguments, Session& session) {
  auto loaded = load_config(arguments.config, session);
  if (!loaded) return ExitCode::usage;
  auto& config = *loaded->config;
  const auto in_file = [&](const base::Error& error) {
    return session.fail(base::with_context(arguments.config.file, error));
  };
  if (auto ready = prepare_output(arguments.html, arguments.force); !ready) {
    return session.fail(ready.error());
  }
  if (auto traces = config::load_traces(config); !traces) return in_file(traces.error());
  const auto workload = config::to_workload(config, std::thread::hardware_concurrency());
  if (!workload) return in_file(workload.error());
  const auto comparison =
      simulate::compare(*workload, policies_of(config), {.seeds = config.compare.seeds});
  if (!comparison) return in_file(comparison.error());

  if (!arguments.html.empty()) {
    const auto page = telemetry::to_html(*comparison);
    if (auto written = write_output(arguments.html, page); !written) {
      return session.fail(written.error());
    }
  }
  if (arguments.json) {
    session.out << base::to_pretty_json(simulate::to_json(*comparison));
  } else {
    session.out << comparison_text(*comparison, session.out_is_terminal);
  }
  return ExitCode::ok;
}

}  // namespace

void add_compare_command(CLI::App& program, Session& session) {
  auto arguments = std::make_shared<CompareArguments>();
  auto* command = program.add_subcommand(
      "compare", "Simulate one workload under several policies, beside the best possible");
  add_config_arguments(*command, arguments->config);
  command->add_option("--html", arguments->html, "Also write a page with charts")
      ->type_name("FILE");
  command->add_flag("--json", arguments->json, "Print the result as JSON");
  command->add_flag("--force", arguments->force, "Replace a file that exists");
  command->footer("Example:\n  sluice compare examples/overload.yaml --html overload.html");
  command->callback([arguments, &session] {
    session.action = [arguments, &session] { return compare(*arguments, session); };
  });
}

}  // namespace sluice::cli
