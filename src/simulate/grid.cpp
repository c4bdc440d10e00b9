#include <utility>

#include "simulate/bound.hpp"
#include "simulate/experiments.hpp"
#include "simulate/simulator.hpp"

namespace sluice::simulate {
namespace {

using base::Duration;

constexpr Duration kMeanService = std::chrono::milliseconds(10);

// On-time and service sums over the seeds of a cell.
struct Tally {
  double on_time = 0;
  double service = 0;
  double wasted = 0;

  void add(const SimulationResult& result) {
    const schedule::TaskSummary task = result.summary.task(0);
    on_time += static_cast<double>(task.on_time);
    service += base::to_seconds(task.service);
    wasted += base::to_seconds(task.wasted);
  }
  [[nodiscard]] double wasted_share() const { return service > 0 ? wasted / service : 0; }
};

struct Runs {
  NamedPolicy policy;
  bool uses_estimates = false;
  Tally exact;
  Tally with_error;
};

std::vector<Runs> grid_policies() {
  std::vector<Runs> runs;
  for (NamedPolicy& policy : default_policies()) {
    if (policy.name == "slack" || policy.name == "fifo_expire" || policy.name == "fifo") {
      const bool uses_estimates = policy.name == "slack";
      runs.push_back({std::move(policy), uses_estimates, {}, {}});
    }
  }
  return runs;
}

base::Status run_once(const Workload& workload, std::uint64_t seed, const NamedPolicy& policy,
                      Tally& tally) {
  const auto requests = generate(workload, seed);
  if (!requests) {
    return tl::unexpected(requests.error());
  }
  schedule::SchedulerOptions options = workload.scheduler;
  policy.apply(options);
  const auto result = simulate(workload, options, *requests);
  if (!result) {
    return tl::unexpected(base::with_context(policy.name, result.error()));
  }
  tally.add(*result);
  return {};
}

base::Status run_cell(GridCell& cell, const GridOptions& options) {
  Workload exact = grid_workload(cell, options);
  Workload with_error = exact;
  with_error.estimate_error = options.estimate_error;
  std::vector<Runs> runs = grid_policies();
  double optimum = 0;
  for (std::uint64_t seed = 1; seed <= options.seeds; ++seed) {
    const auto requests = generate(exact, seed);
    if (!requests) {
      return tl::unexpected(requests.error());
    }
    const auto bound = upper_bound(exact, *requests);
    if (!bound) {
      return tl::unexpected(bound.error());
    }
    optimum += bound->weighted_on_time;
    for (Runs& run : runs) {
      if (auto done = run_once(exact, seed, run.policy, run.exact); !done) {
        return done;
      }
      if (run.uses_estimates) {
        if (auto done = run_once(with_error, seed, run.policy, run.with_error); !done) {
          return done;
        }
      }
    }
  }
  for (const Runs& run : runs) {
    const Tally& error = run.uses_estimates ? run.with_error : run.exact;
    cell.policies.push_back({run.policy.name, run.exact.on_time / optimum, run.exact.wasted_share(),
                             error.on_time / optimum, error.wasted_share()});
  }
  return {};
}

}  // namespace

Workload grid_workload(const GridCell& cell, const GridOptions& options) {
  Workload workload;
  workload.name =
      fmt::format("load {} {} cv {} deadline {} ms", cell.load, cell.bursty ? "mmpp" : "poisson",
                  cell.cv, base::to_ms(cell.deadline));
  schedule::ModelOptions model;
  model.name = "model";
  model.profile_base = kMeanService;
  workload.scheduler.models.push_back(model);
  schedule::TaskOptions task;
  task.name = "task";
  task.latency_budget = cell.deadline;
  task.queue_capacity = options.requests;  // what is lost is lost by decision, not for room
  workload.scheduler.tasks.push_back(task);
  ServiceOptions service;
  service.kind = cell.cv > 0 ? ServiceKind::lognormal : ServiceKind::constant;
  service.base = kMeanService;
  service.cv = cell.cv;
  workload.services.push_back(service);
  ArrivalOptions arrivals;
  arrivals.kind = cell.bursty ? ArrivalKind::mmpp : ArrivalKind::poisson;
  arrivals.rate = cell.load / base::to_seconds(kMeanService);
  arrivals.count = options.requests;
  workload.arrivals.push_back(arrivals);
  workload.estimates = Estimates::hinted;
  return workload;
}

base::Result<GridResult> run_grid(const GridOptions& options) {
  GridResult result{options, {}};
  for (const double load : {0.8, 1.0, 1.5, 2.0}) {
    for (const bool bursty : {false, true}) {
      for (const double cv : {0.0, 0.5}) {
        for (const int deadline_ms : {30, 100}) {
          GridCell cell{load, bursty, cv, std::chrono::milliseconds(deadline_ms), {}};
          if (auto done = run_cell(cell, options); !done) {
            return tl::unexpected(base::with_context(
                fmt::format("grid: {}", grid_workload(cell, options).name), done.error()));
          }
          result.cells.push_back(std::move(cell));
        }
      }
    }
  }
  return result;
}

}  // namespace sluice::simulate
