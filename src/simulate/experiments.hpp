// The experiments behind the published numbers: each is data in, data out; `sluice bench`
// prints them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "base/result.hpp"
#include "simulate/compare.hpp"
#include "simulate/workload.hpp"

namespace sluice::simulate {

// --- grid: how close to the clairvoyant optimum, on one server with one task ---

struct GridOptions {
  std::uint32_t requests = 6000;
  std::uint32_t seeds = 3;
  /// Lognormal error of the service times the scheduler is told, for the second column.
  double estimate_error = 0.2;
};

struct GridPolicy {
  std::string policy;
  /// On-time requests as a share (0..1) of the clairvoyant optimum, and the share of server time
  /// spent on late requests; with exact service times known, and with estimate_error.
  double of_optimum = 0;
  double wasted = 0;
  double of_optimum_with_error = 0;
  double wasted_with_error = 0;
};

struct GridCell {
  double load = 1;      ///< offered work per second of server time
  bool bursty = false;  ///< two-state MMPP instead of Poisson arrivals
  double cv = 0;        ///< of the lognormal service time of mean 10 ms
  base::Duration deadline{0};
  std::vector<GridPolicy> policies;
};

struct GridResult {
  GridOptions options;
  std::vector<GridCell> cells;  ///< 32
};

/// Offered load 0.8, 1, 1.5, 2 x Poisson or MMPP x cv 0, 0.5 x deadline 30, 100 ms under
/// `slack`, `fifo_expire` and `fifo` (with one task and one deadline the other baselines are
/// `fifo_expire`). Baselines use no service times, so that they run once and have the same
/// numbers with and without error.
base::Result<GridResult> run_grid(const GridOptions& options = {});

/// The workload of one cell (without policies' results), for tests and single runs.
Workload grid_workload(const GridCell& cell, const GridOptions& options);

// --- suite: several models, priorities, weights, batching, slots; distance to the bound ---

/// The shipped workloads. Deterministic for their seeds.
std::vector<Workload> suite_workloads();

struct SuiteResult {
  std::vector<Comparison> comparisons;
};

/// Runs default_policies(), `fixed_batch` and `interval` on each workload.
base::Result<SuiteResult> run_suite(std::uint32_t seeds = 1);

// --- spike: less important work grows twelvefold for a while ---

struct SpikePolicy {
  std::string policy;
  double important_on_time = 0;  ///< share (0..1) of its requests
  base::Duration important_p99{0};
  base::Duration isolated_p99{0};     ///< the same with the less important task left out
  double less_important_on_time = 0;  ///< share (0..1)
  /// important_p99 <= isolated_p99 + one batch of the less important task.
  bool within_one_batch = false;
};

struct SpikeCase {
  std::string name;  ///< arrivals of the important task: "camera" (periodic) or "poisson"
  base::Duration less_important_batch{0};
  std::vector<SpikePolicy> policies;
};

struct SpikeResult {
  std::vector<SpikeCase> cases;
};

/// The less important task offers a quarter of the server's time, three times the server's
/// time for 10 of 40 seconds, and a quarter again.
base::Result<SpikeResult> run_spike();

/// The workload of a case; `with_less_important` false: the important task alone.
Workload spike_workload(const std::string& name, bool with_less_important);

boost::json::object to_json(const GridResult& result);
boost::json::object to_json(const SuiteResult& result);
boost::json::object to_json(const SpikeResult& result);

}  // namespace sluice::simulate
