// Requests as the offline bounds see them: windows, least work, and where they can run.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "simulate/requests.hpp"
#include "simulate/workload.hpp"

namespace sluice::simulate {

/// One request of the relaxation.
struct BoundJob {
  base::Time release{};
  base::Time deadline = base::kNever;
  double weight = 1;
  /// The least slot time it can cost: its share of the cheapest batch it can be in.
  base::Duration work{0};
  /// Whether it occupies its slot without a break for at least `work` (batches do not help).
  bool alone = false;
  /// Bit s: it may run on slot s.
  std::uint64_t slots = 1;
  /// Its model, if fewer batches of that may run at a time than it has slots; else kNone.
  schedule::ModelId limited_model = schedule::kNone;
  std::uint32_t instances = 0;
};

/// Requests as jobs, in the same order. Left out: requests that fail, or that cannot be on time
/// even on an idle machine.
///
/// A request's work is the least of f * cost(n) / n over the batch sizes n it could be part of,
/// with f its factor: sizes up to the model's max_batch for which the batch fits into its
/// window and n requests that may run on the model have windows that overlap for long enough.
/// Batches that also hold requests which end late count with the least those can add.
/// Models of tasks it can be degraded to count as well. With drift, the cost at the better end
/// of its window counts.
/// Errors: slots out of range; those of make_service(), naming the model.
base::Result<std::vector<BoundJob>> bound_jobs(const Workload& workload,
                                               std::span<const TracedRequest> requests);

}  // namespace sluice::simulate
