#include "simulate/bound.hpp"

#include <algorithm>
#include <vector>

#include "simulate/bound_jobs.hpp"
#include "simulate/clairvoyant.hpp"
#include "simulate/lp_bound.hpp"

namespace sluice::simulate {

base::Result<Bound> upper_bound(const Workload& workload, std::span<const TracedRequest> requests) {
  const auto jobs = bound_jobs(workload, requests);
  if (!jobs) {
    return tl::unexpected(jobs.error());
  }
  if (jobs->empty()) {
    return Bound{};
  }
  const double weight = jobs->front().weight;
  const bool one_kind = std::all_of(jobs->begin(), jobs->end(), [&](const BoundJob& job) {
    return job.alone && job.weight == weight;
  });
  if (workload.scheduler.slots == 1 && one_kind) {
    std::vector<Job> plain;
    plain.reserve(jobs->size());
    for (const BoundJob& job : *jobs) {
      plain.push_back({job.release, job.deadline, job.work});
    }
    if (const auto best = clairvoyant_on_time(plain)) {
      return Bound{static_cast<double>(*best) * weight, BoundKind::clairvoyant, true};
    }
  }
  const auto linear = lp_bound(*jobs, workload.scheduler.slots);
  if (!linear) {
    return tl::unexpected(linear.error());
  }
  return Bound{linear->value, BoundKind::linear, linear->converged};
}

const char* to_string(BoundKind value) {
  return value == BoundKind::clairvoyant ? "clairvoyant" : "linear";
}

}  // namespace sluice::simulate
