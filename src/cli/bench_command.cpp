#include <algorithm>
#include <memory>
#include <ostream>

#include "base/json.hpp"
#include "base/units.hpp"
#include "cli/commands.hpp"
#include "cli/compare_text.hpp"
#include "cli/tables.hpp"
#include "simulate/experiments.hpp"
#include "telemetry/text_table.hpp"

namespace sluice::cli {
namespace {

using telemetry::TextTable;

/// The lowest share of the optimum and the highest waste of each policy.
TextTable worst_cells(const simulate::GridResult& result) {
  TextTable table(
      {"worst of all cells", "% of optimum", "wasted", "% with error", "wasted with error"});
  if (result.cells.empty()) return table;
  for (std::size_t i = 0; i < result.cells.front().policies.size(); ++i) {
    simulate::GridPolicy worst = result.cells.front().policies[i];
    for (const auto& cell : result.cells) {
      const auto& policy = cell.policies[i];
      worst.of_optimum = std::min(worst.of_optimum, policy.of_optimum);
      worst.wasted = std::max(worst.wasted, policy.wasted);
      worst.of_optimum_with_error =
          std::min(worst.of_optimum_with_error, policy.of_optimum_with_error);
      worst.wasted_with_error = std::max(worst.wasted_with_error, policy.wasted_with_error);
    }
    table.add({worst.policy, share_cell(worst.of_optimum), share_cell(worst.wasted),
               share_cell(worst.of_optimum_with_error), share_cell(worst.wasted_with_error)});
  }
  return table;
}

std::string to_text(const simulate::GridResult& result, bool terminal) {
  TextTable table({"arrivals", "deadline", "load", "cv", "policy", "% of optimum", "wasted",
                   "% with error", "wasted with error"},
                  2);
  for (const auto& cell : result.cells) {
    for (const auto& policy : cell.policies) {
      table.add({cell.bursty ? "mmpp" : "poisson", base::format_duration(cell.deadline),
                 fmt::format("{}", cell.load), fmt::format("{}", cell.cv), policy.policy,
                 share_cell(policy.of_optimum), share_cell(policy.wasted),
                 share_cell(policy.of_optimum_with_error), share_cell(policy.wasted_with_error)});
    }
  }
  return table.text(terminal) + '\n' + worst_cells(result).text(terminal);
}

std::string to_text(const simulate::SuiteResult& result, bool terminal) {
  std::string out;
  for (const auto& comparison : result.comparisons) {
    out +=
        fmt::format("{}{}: {} requests, {} slot{}\n", out.empty() ? "" : "\n", comparison.workload,
                    comparison.requests, comparison.slots, comparison.slots == 1 ? "" : "s");
    out += policies_text(comparison, terminal);
  }
  return out;
}

std::string to_text(const simulate::SpikeResult& result, bool terminal) {
  TextTable table({"important task", "policy", "on time", "p99 ms", "isolated p99 ms",
                   "one low batch ms", "within", "less important on time"},
                  2);
  for (const auto& one : result.cases) {
    for (const auto& policy : one.policies) {
      table.add({one.name, policy.policy, fmt::format("{:.3f}%", 100 * policy.important_on_time),
                 ms_cell(policy.important_p99), ms_cell(policy.isolated_p99),
                 ms_cell(one.less_important_batch), policy.within_one_batch ? "yes" : "no",
                 share_cell(policy.less_important_on_time)});
    }
  }
  return table.text(terminal);
}

template <class R>
ExitCode print(const base::Result<R>& result, bool as_json, Session& session) {
  if (!result) return session.fail(result.error());
  if (as_json) {
    session.out << base::to_pretty_json(simulate::to_json(*result));
  } else {
    session.out << to_text(*result, session.out_is_terminal);
  }
  return ExitCode::ok;
}

void add_grid(CLI::App& bench, Session& session) {
  struct Arguments {
    simulate::GridOptions options;
    bool json = false;
  };
  auto arguments = std::make_shared<Arguments>();
  auto* command = bench.add_subcommand(
      "grid", "One server, one task: on-time requests beside the clairvoyant optimum, 32 cells");
  command->add_option("--requests", arguments->options.requests, "Requests per cell and seed")
      ->type_name("N")
      ->check(CLI::Range(1u, 1'000'000u))
      ->capture_default_str();
  command->add_option("--seeds", arguments->options.seeds, "Runs with different random numbers")
      ->type_name("N")
      ->check(CLI::Range(1u, 1000u))
      ->capture_default_str();
  command->add_option("--error", arguments->options.estimate_error, "Error of the estimates")
      ->type_name("SHARE")
      ->check(CLI::Range(0.0, 5.0))
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "Print the result as JSON");
  command->footer("Example:\n  sluice bench grid --requests 2000 --seeds 1");
  command->callback([arguments, &session] {
    session.action = [arguments, &session] {
      return print(simulate::run_grid(arguments->options), arguments->json, session);
    };
  });
}

void add_suite(CLI::App& bench, Session& session) {
  struct Arguments {
    std::uint32_t seeds = 1;
    bool json = false;
  };
  auto arguments = std::make_shared<Arguments>();
  auto* command = bench.add_subcommand(
      "suite", "Several models, priorities, batches and slots: goodput beside the LP bound");
  command->add_option("--seeds", arguments->seeds, "Runs with different random numbers")
      ->type_name("N")
      ->check(CLI::Range(1u, 1000u))
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "Print the result as JSON");
  command->footer("Example:\n  sluice bench suite --json");
  command->callback([arguments, &session] {
    session.action = [arguments, &session] {
      return print(simulate::run_suite(arguments->seeds), arguments->json, session);
    };
  });
}

void add_spike(CLI::App& bench, Session& session) {
  auto as_json = std::make_shared<bool>(false);
  auto* command = bench.add_subcommand(
      "spike", "Less important work grows twelvefold: what the important task notices of it");
  command->add_flag("--json", *as_json, "Print the result as JSON");
  command->footer("Example:\n  sluice bench spike");
  command->callback([as_json, &session] {
    session.action = [as_json, &session] {
      return print(simulate::run_spike(), *as_json, session);
    };
  });
}

}  // namespace

void add_bench_command(CLI::App& program, Session& session) {
  auto* command = program.add_subcommand(
      "bench", "Run the experiments behind the published numbers, and load tests");
  command->require_subcommand(1);
  command->footer("Example:\n  sluice bench grid\n  sluice bench suite\n  sluice bench spike");
  add_grid(*command, session);
  add_suite(*command, session);
  add_spike(*command, session);
  add_load_command(*command, session);
}

}  // namespace sluice::cli
