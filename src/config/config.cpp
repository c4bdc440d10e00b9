#include "config/config.hpp"

#include <algorithm>

#include "simulate/trace.hpp"

namespace sluice::config {

std::uint32_t resolve_slots(const Config& config, unsigned cores) {
  if (config.scheduler.slots != kAutoSlots) return config.scheduler.slots;
  std::uint32_t instances = 0;
  std::uint32_t threads = 1;
  std::uint32_t named = 1;  // slots that models name must exist
  for (const auto& model : config.models) {
    instances += model.options.instances;
    threads = std::max(threads, model.options.threads);
    for (const auto slot : model.slots) named = std::max(named, slot + 1);
  }
  return std::max(named, std::min(instances, cores / threads));
}

bool gives_boxes(const ModelConfig& model) {
  const auto& post = model.postprocess.options;
  return std::holds_alternative<vision::post::YoloOptions>(post) ||
         std::holds_alternative<vision::post::SsdOptions>(post);
}

schedule::SchedulerOptions scheduler_options(const Config& config, unsigned cores) {
  schedule::SchedulerOptions options = config.scheduler;
  options.slots = resolve_slots(config, cores);
  for (const auto& model : config.models) {
    options.models.push_back({.name = model.options.name,
                              .max_batch = model.options.max_batch,
                              .instances = model.options.instances,
                              .slots = model.slots,
                              .profile_base = model.profile.base,
                              .profile_per_item = model.profile.per_item});
  }
  for (const auto& task : config.tasks) options.tasks.push_back(task.options);
  return options;
}

base::Status needs_no_folder(const Config& config) {
  using base::ErrorCode;
  if (config.models.empty()) {
    return base::fail(ErrorCode::invalid,
                      "models: there are none; only `sluice serve` loads those of `serve.models`");
  }
  if (config.tasks.empty()) {
    return base::fail(ErrorCode::invalid,
                      "tasks: there are none, so there is nothing to run; add one, for example "
                      "`{{ name: people, model: {}, source: {{ rate: 15/s }} }}`",
                      config.models.front().options.name);
  }
  for (std::size_t i = 0; i < config.tasks.size(); ++i) {
    const auto& task = config.tasks[i];
    if (task.options.model < config.models.size()) continue;
    return base::fail(ErrorCode::invalid,
                      "tasks[{}].model: \"{}\" is not among `models`; only `sluice serve` loads "
                      "those of `serve.models`",
                      i, task.model);
  }
  return {};
}

base::Status load_traces(Config& config) {
  for (std::size_t i = 0; i < config.tasks.size(); ++i) {
    auto& task = config.tasks[i];
    if (task.source.trace.empty()) continue;
    auto times = simulate::read_trace_csv(task.source.trace, task.options.name);
    if (!times) {
      return tl::unexpected(
          base::with_context(fmt::format("tasks[{}].source.trace", i), times.error()));
    }
    task.source.options.arrivals.times = std::move(*times);
  }
  return {};
}

}  // namespace sluice::config
