#include "simulate/bound_jobs.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

namespace sluice::simulate {
namespace {

using base::Duration;
using base::kNever;
using base::Time;
using schedule::ModelId;
using schedule::TaskId;

constexpr std::uint64_t kAllSlots = ~std::uint64_t{0};

std::uint64_t slots_of(const schedule::ModelOptions& model, std::uint32_t slots) {
  std::uint64_t set = 0;
  for (const schedule::SlotId slot : model.slots) {
    set |= std::uint64_t{1} << slot;
  }
  return set != 0 ? set : kAllSlots >> (64 - slots);
}

// The models that may serve a task: its own and those of the tasks it can be degraded to.
std::vector<ModelId> models_of(const schedule::SchedulerOptions& options, TaskId task) {
  std::vector<ModelId> models;
  std::vector<bool> seen(options.tasks.size(), false);
  while (task < options.tasks.size() && !seen[task]) {
    seen[task] = true;
    const schedule::TaskOptions& here = options.tasks[task];
    if (std::find(models.begin(), models.end(), here.model) == models.end()) {
      models.push_back(here.model);
    }
    task = here.on_shed == schedule::OnShed::degrade ? here.degrade_to : schedule::kNone;
  }
  return models;
}

// Whether n requests of one model can overlap; only the few nearest releases are looked at.
class Companions {
 public:
  void add(Time release, Time deadline) {
    windows_.push_back({release, deadline});
    if (deadline != kNever) {
      longest_ = std::max(longest_, deadline - release);
    } else {
      longest_ = base::kForever;
    }
  }
  void sort() {
    std::sort(windows_.begin(), windows_.end(),
              [](const Window& a, const Window& b) { return a.release < b.release; });
  }
  /// At least n requests with release <= latest_start and deadline >= earliest_end.
  [[nodiscard]] bool enough(std::uint32_t n, Time latest_start, Time earliest_end) const {
    auto after = std::upper_bound(windows_.begin(), windows_.end(), latest_start,
                                  [](Time t, const Window& w) { return t < w.release; });
    std::uint32_t found = 0;
    while (found < n && after != windows_.begin()) {
      --after;
      if (base::add(after->release, longest_) < earliest_end) {
        break;  // and so do all before it
      }
      found += after->deadline >= earliest_end ? 1u : 0u;
    }
    return found >= n;
  }

 private:
  struct Window {
    Time release;
    Time deadline;
  };
  std::vector<Window> windows_;
  Duration longest_{0};
};

struct ModelFacts {
  std::unique_ptr<Service> service;
  double least_factor = std::numeric_limits<double>::infinity();
  double greatest_factor = 0;
  Companions companions;
};

class JobBuilder {
 public:
  explicit JobBuilder(const Workload& workload)
      : workload_(workload), options_(workload.scheduler), facts_(options_.models.size()) {
    for (TaskId task = 0; task < options_.tasks.size(); ++task) {
      models_.push_back(models_of(options_, task));
    }
  }

  base::Status prepare(std::span<const TracedRequest> requests) {
    if (auto checked = check_slots(); !checked) {
      return checked;
    }
    for (ModelId model = 0; model < facts_.size(); ++model) {
      auto service = make_service(workload_.services[model], 0);
      if (!service) {
        return tl::unexpected(
            base::with_context(fmt::format("workload {}: model {}: service", workload_.name,
                                           options_.models[model].name),
                               std::move(service.error())));
      }
      facts_[model].service = std::move(*service);
    }
    for (const TracedRequest& request : requests) {
      for (const ModelId model : models_[request.task]) {
        facts_[model].least_factor = std::min(facts_[model].least_factor, request.factor);
        facts_[model].greatest_factor = std::max(facts_[model].greatest_factor, request.factor);
        facts_[model].companions.add(request.arrival,
                                     deadline_of(request, options_.tasks[request.task]));
      }
    }
    for (ModelFacts& facts : facts_) {
      facts.companions.sort();
    }
    return {};
  }

  /// False: it can never be on time.
  bool build(const TracedRequest& request, BoundJob& job) const {
    const schedule::TaskOptions& task = options_.tasks[request.task];
    job.release = request.arrival;
    job.deadline = deadline_of(request, task);
    job.weight = task.weight;
    job.slots = 0;
    double least = std::numeric_limits<double>::infinity();
    double least_in_company = least;
    for (const ModelId model : models_[request.task]) {
      const std::uint32_t max_batch = options_.models[model].max_batch;
      for (std::uint32_t on_time = 1; on_time <= max_batch; ++on_time) {
        for (std::uint32_t size = on_time; size <= max_batch; ++size) {
          const double share = share_in_batch(request, job, model, on_time, size);
          (size == 1 ? least : least_in_company) =
              std::min(size == 1 ? least : least_in_company, share);
          if (!std::isinf(share)) {
            job.slots |= slots_of(options_.models[model], options_.slots);
          }
          if (facts_[model].least_factor == facts_[model].greatest_factor) {
            break;  // late company costs time and gains none
          }
        }
      }
    }
    job.alone = least <= least_in_company && models_[request.task].size() == 1 &&
                workload_.services[task.model].drift_per_second == 0;
    least = std::min(least, least_in_company);
    if (std::isinf(least)) {
      return false;
    }
    job.work = less_rounding(least, request.factor);
    const ModelId own = task.model;
    const std::uint32_t instances = options_.models[own].instances;
    if (models_[request.task].size() == 1 &&
        instances < static_cast<std::uint32_t>(std::popcount(job.slots))) {
      job.limited_model = own;
      job.instances = instances;
    }
    return true;
  }

 private:
  [[nodiscard]] base::Status check_slots() const {
    bool valid = options_.slots >= 1 && options_.slots <= 64;
    for (const schedule::ModelOptions& model : options_.models) {
      for (const schedule::SlotId slot : model.slots) {
        valid = valid && slot < options_.slots;
      }
    }
    if (!valid) {
      return base::fail(base::ErrorCode::invalid,
                        "workload {}: {} slots; there must be 1 to 64, and models bound to them "
                        "only",
                        workload_.name, options_.slots);
    }
    return {};
  }

  // A time of `factor` times a cost in whole nanoseconds, less what rounding of the cost and of
  // the simulator's result can have added: bounds must not be too low.
  static Duration less_rounding(double ns, double factor) {
    return Duration(static_cast<std::int64_t>(std::max(ns - 0.5 * factor - 1, 0.0)));
  }

  // Nanoseconds of slot time for its share of a batch of `size`, of which `on_time` members are
  // on time and share the rest's time; infinite when no such batch ends in time. Late members
  // with small factors can make a batch shorter than it would be without them.
  double share_in_batch(const TracedRequest& request, const BoundJob& job, ModelId model,
                        std::uint32_t on_time, std::uint32_t size) const {
    const double drift = workload_.services[model].drift_per_second;
    const Service& service = *facts_[model].service;
    Duration cost = service.time(size, 1, job.release.time_since_epoch());
    if (drift < 0) {
      // Time zero's cost falls to a tenth at most.
      cost = job.deadline == kNever ? service.time(size, 0.1, Duration(0))
                                    : service.time(size, 1, job.deadline.time_since_epoch());
    }
    const double mean_ns = static_cast<double>(cost.count());
    const double least_mean_factor =
        (request.factor + (size - 1) * facts_[model].least_factor) / size;
    const Duration batch = less_rounding(mean_ns * least_mean_factor, least_mean_factor);
    if (job.deadline != kNever) {
      if (batch > job.deadline - job.release) {
        return std::numeric_limits<double>::infinity();
      }
      if (on_time > 1 &&
          !facts_[model].companions.enough(on_time, job.deadline - batch, job.release + batch)) {
        return std::numeric_limits<double>::infinity();
      }
    }
    const double rest = (size - on_time) * facts_[model].least_factor / on_time;
    return (request.factor + rest) * mean_ns / size;
  }

  const Workload& workload_;
  const schedule::SchedulerOptions& options_;
  std::vector<ModelFacts> facts_;
  std::vector<std::vector<ModelId>> models_;  // per task
};

}  // namespace

base::Result<std::vector<BoundJob>> bound_jobs(const Workload& workload,
                                               std::span<const TracedRequest> requests) {
  JobBuilder builder(workload);
  if (auto prepared = builder.prepare(requests); !prepared) {
    return tl::unexpected(prepared.error());
  }
  std::vector<BoundJob> jobs;
  jobs.reserve(requests.size());
  for (const TracedRequest& request : requests) {
    BoundJob job;
    if (!request.fails && builder.build(request, job)) {
      jobs.push_back(job);
    }
  }
  return jobs;
}

}  // namespace sluice::simulate
