#include "simulate/requests.hpp"

#include <algorithm>
#include <cmath>

#include "simulate/random.hpp"

namespace sluice::simulate {
namespace {

using base::Duration;
using base::ErrorCode;
using base::Time;

// Purposes of the random streams of one task.
enum Stream : std::uint64_t { kArrivals = 1, kFactors = 2, kHints = 3 };

base::Status check_shape(const Workload& workload) {
  const auto& options = workload.scheduler;
  if (workload.services.size() != options.models.size() ||
      workload.arrivals.size() != options.tasks.size()) {
    return base::fail(ErrorCode::invalid,
                      "workload {}: needs one service per model and one arrival process per task, "
                      "but has {} for {} and {} for {}",
                      workload.name, workload.services.size(), options.models.size(),
                      workload.arrivals.size(), options.tasks.size());
  }
  for (const auto& task : options.tasks) {
    if (task.model >= options.models.size()) {
      return base::fail(ErrorCode::invalid, "workload {}: task {}: there is no model {}",
                        workload.name, task.name, task.model);
    }
  }
  return {};
}

base::Status add_task(const Workload& workload, schedule::TaskId id, std::uint64_t seed,
                      std::vector<TracedRequest>& requests) {
  const schedule::TaskOptions& task = workload.scheduler.tasks[id];
  ArrivalOptions options = workload.arrivals[id];
  options.stop = std::min(options.stop, workload.duration);
  if (!ends(options)) {
    return base::fail(ErrorCode::invalid,
                      "workload {}: task {}: arrivals never end; give them a count or a stop, or "
                      "the workload a duration",
                      workload.name, task.name);
  }
  auto arrivals = make_arrivals(options, stream_seed(seed, id, kArrivals));
  if (!arrivals) {
    return tl::unexpected(
        base::with_context(fmt::format("workload {}: task {}: arrivals", workload.name, task.name),
                           std::move(arrivals.error())));
  }
  auto service = make_service(workload.services[task.model], stream_seed(seed, id, kFactors));
  if (!service) {
    return tl::unexpected(
        base::with_context(fmt::format("workload {}: model {}: service", workload.name,
                                       workload.scheduler.models[task.model].name),
                           std::move(service.error())));
  }
  const double error = workload.estimates == Estimates::hinted ? workload.estimate_error : 0;
  Random hints(stream_seed(seed, id, kHints));
  while (const auto at = (*arrivals)->next()) {
    TracedRequest request;
    request.task = id;
    request.arrival = Time(*at);
    request.factor = (*service)->draw();
    if (error > 0) {
      request.hint_factor = std::exp(error * hints.normal());
    }
    requests.push_back(request);
  }
  return {};
}

}  // namespace

base::Result<std::vector<TracedRequest>> generate(const Workload& workload, std::uint64_t seed) {
  if (auto shape = check_shape(workload); !shape) {
    return tl::unexpected(shape.error());
  }
  if (!(workload.estimate_error >= 0 && workload.estimate_error <= 10)) {
    return base::fail(ErrorCode::invalid,
                      "workload {}: estimate_error: must be from 0 to 10, but is {}", workload.name,
                      workload.estimate_error);
  }
  std::vector<TracedRequest> requests;
  for (schedule::TaskId id = 0; id < workload.scheduler.tasks.size(); ++id) {
    if (auto added = add_task(workload, id, seed, requests); !added) {
      return tl::unexpected(added.error());
    }
  }
  std::stable_sort(requests.begin(), requests.end(),
                   [](const auto& a, const auto& b) { return a.arrival < b.arrival; });
  return requests;
}

double factor_of(const ServiceOptions& service, Duration alone, Duration t) {
  const double mean = static_cast<double>(mean_time(service, 1, t).count());
  return static_cast<double>(std::max(alone, Duration(1)).count()) / mean;
}

}  // namespace sluice::simulate
