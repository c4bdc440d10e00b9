#include <memory>
#include <ostream>

#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/output_file.hpp"
#include "cli/run_signals.hpp"
#include "load/runner.hpp"

namespace sluice::cli {
namespace {

struct LoadArguments {
  load::PlanSource source;
  std::string token_file;
  std::string html;
  bool json = false;
  bool force = false;
};

ExitCode bench_load(const LoadArguments& arguments, Session& session) {
  auto plan = load::make_plan(arguments.source);
  if (!plan) return session.fail(plan.error());
  if (!arguments.token_file.empty()) {
    auto token = load::read_token(arguments.token_file);
    if (!token) return session.fail(token.error());
    plan->token = std::move(*token);
  }
  if (auto ready = prepare_output(arguments.html, arguments.force); !ready) {
    return session.fail(ready.error());
  }
  std::stop_source stop;
  const auto signals = Signals::watch([&](int) { stop.request_stop(); });
  if (!signals) return session.fail(signals.error());
  const base::SteadyClock clock;
  const auto result = load::run(*plan, clock, stop.get_token());
  if (!result) return session.fail(result.error());

  if (!arguments.html.empty()) {
    if (auto written = write_output(arguments.html, load::to_html(*result)); !written) {
      return session.fail(written.error());
    }
  }
  if (arguments.json) {
    session.out << base::to_pretty_json(load::to_json(*result));
  } else {
    session.out << load::to_text(*result, session.out_is_terminal);
  }
  return ExitCode::ok;
}

}  // namespace

void add_load_command(CLI::App& bench, Session& session) {
  auto arguments = std::make_shared<LoadArguments>();
  auto& source = arguments->source;
  auto* command = bench.add_subcommand(
      "load", "Send requests to a running server and measure what becomes of them");
  command->add_option("URL", source.urls, "http://, grpc:// or tcp://HOST:PORT; several: each");
  command->add_option("--plan", source.file, "YAML file with several streams")->type_name("FILE");
  command
      ->add_option("--stream", source.streams,
                   "A stream, for example '{task: labels, rate: 15/s}'; may be repeated")
      ->type_name("KEYS")
      ->allow_extra_args(false);
  // Keys of the plan that are wanted often; --set takes every one.
  const auto setting = [&](const char* flag, const std::string& key, const char* type,
                           const std::string& description) {
    command
        ->add_option_function<std::string>(
            flag,
            [arguments, key](const std::string& value) {
              arguments->source.settings.push_back(key + '=' + value);
            },
            description)
        ->type_name(type);
  };
  setting("--model", "model", "NAME", "The model, or a task");
  setting("--task", "task", "NAME", "The task to count as; without --model: also the model");
  setting("--rate", "rate", "RATE", "Mean requests per time, for example 100/s");
  setting("--arrivals", "arrivals", "KIND",
          "poisson (default), periodic, mmpp, step, spike, trace, or closed");
  setting("--connections", "connections", "N", "Most requests in flight (closed: 1, else 1000)");
  setting("--priority", "priority", "N", "1 is the most important; 0: what the task has");
  setting("--deadline", "deadline", "TIME", "Time for an answer, for example 80ms");
  setting("--duration", "duration", "TIME", "How long it sends, warm-up included (10s)");
  setting("--warm-up", "warm_up", "TIME", "Requests of this first time do not count (1s)");
  command
      ->add_option_function<std::vector<std::string>>(
          "--set",
          // Added: the flags above have put theirs there, perhaps before.
          [arguments](const std::vector<std::string>& values) {
            auto& settings = arguments->source.settings;
            settings.insert(settings.end(), values.begin(), values.end());
          },
          "Any key of the plan, for example shape.images=[1,3,224,224]")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command->add_option("--token-file", arguments->token_file, "File with a bearer token")
      ->type_name("FILE");
  command->add_option("--html", arguments->html, "Also write a page with charts")
      ->type_name("FILE");
  command->add_flag("--json", arguments->json, "Print the result as JSON");
  command->add_flag("--force", arguments->force, "Replace a file that exists");
  command->footer(
      "Latency counts from the moment a request should have been sent, even if it could not be.\n"
      "Examples:\n"
      "  sluice bench load http://127.0.0.1:8000 --task labels --rate 100/s --deadline 80ms\n"
      "  sluice bench load tcp://127.0.0.1:8008 --model m --arrivals closed --connections 8\n"
      "  sluice bench load grpc://127.0.0.1:8001 --stream '{task: a, rate: 15/s}' \\\n"
      "    --stream '{task: b, rate: 200/s, arrivals: mmpp}' --html load.html");
  command->callback([arguments, &session] {
    session.action = [arguments, &session] { return bench_load(*arguments, session); };
  });
}

}  // namespace sluice::cli
