#include "config/workload.hpp"

#include <numeric>

namespace sluice::config {
namespace {

using base::ErrorCode;
using base::fail;

bool is_known(const Profile& profile) {
  return profile.base.count() > 0 || profile.per_item.count() > 0;
}

/// What a synthetic model's warm-up would measure.
Profile mean_of(const simulate::ServiceOptions& service) {
  Profile mean{service.base, service.per_item};
  if (!is_known(mean) && !service.samples.empty()) {
    const auto sum =
        std::accumulate(service.samples.begin(), service.samples.end(), base::Duration(0));
    mean.per_item = sum / static_cast<base::Duration::rep>(service.samples.size());
  }
  return mean;
}

base::Result<simulate::ServiceOptions> service_of(const ModelConfig& model, std::size_t index) {
  if (model.options.backend == "synthetic") return model.options.synthetic.service;
  if (is_known(model.profile)) {
    simulate::ServiceOptions service;
    service.base = model.profile.base;
    service.per_item = model.profile.per_item;
    return service;
  }
  return fail(ErrorCode::invalid,
              "models[{0}]: a simulation needs to know what \"{1}\" costs; add `profile: "
              "{{ base: 5ms, per_item: 20ms }}` (`sluice run` reports what it measured)",
              index, model.options.name);
}

base::Status check_source(const TaskConfig& task, std::size_t index, bool has_end) {
  const auto& source = task.source.options;
  if (source.kind == pipeline::SourceKind::none) {
    return fail(ErrorCode::invalid,
                "tasks[{}]: a simulation needs to know when the frames of \"{}\" come; add "
                "`source: {{ rate: 15/s, count: 100 }}`",
                index, task.options.name);
  }
  if (source.arrivals.kind != simulate::ArrivalKind::trace && !(source.arrivals.rate > 0)) {
    return fail(ErrorCode::invalid,
                "tasks[{}].source: a simulation does not open videos; add `rate`, for example 30/s",
                index);
  }
  if (!has_end && !simulate::ends(source.arrivals)) {
    return fail(ErrorCode::invalid,
                "tasks[{}].source: never ends; add `compare: {{ duration: 60s }}`, or `count` or "
                "`stop` to the source",
                index);
  }
  return {};
}

}  // namespace

base::Result<simulate::Workload> to_workload(const Config& config, unsigned cores) {
  if (auto good = needs_no_folder(config); !good) return tl::unexpected(good.error());
  simulate::Workload workload;
  workload.name = config.name;
  workload.scheduler = scheduler_options(config, cores);
  workload.estimates = config.compare.estimates;
  workload.estimate_error = config.compare.estimate_error;
  workload.duration = config.compare.duration;
  for (std::size_t i = 0; i < config.models.size(); ++i) {
    const auto& model = config.models[i];
    auto service = service_of(model, i);
    if (!service) return tl::unexpected(service.error());
    if (!is_known(model.profile)) {
      const auto mean = mean_of(*service);
      workload.scheduler.models[i].profile_base = mean.base;
      workload.scheduler.models[i].profile_per_item = mean.per_item;
    }
    workload.services.push_back(std::move(*service));
  }
  const bool has_end = config.compare.duration != base::kForever;
  for (std::size_t i = 0; i < config.tasks.size(); ++i) {
    const auto& task = config.tasks[i];
    if (auto good = check_source(task, i, has_end); !good) return tl::unexpected(good.error());
    workload.arrivals.push_back(task.source.options.arrivals);
  }
  return workload;
}

}  // namespace sluice::config
