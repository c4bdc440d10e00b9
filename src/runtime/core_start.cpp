// How an engine starts: options checked, models described to the scheduler, threads begun.
#include <system_error>
#include <utility>

#include "model/example.hpp"
#include "runtime/core.hpp"

namespace sluice::runtime {

using base::ErrorCode;

namespace {

base::Status check_options(const EngineOptions& options, std::size_t models) {
  const schedule::SchedulerOptions& scheduler = options.scheduler;
  if (models == 0) {
    return base::fail(ErrorCode::invalid, "an engine needs at least one model");
  }
  if (!scheduler.models.empty() && scheduler.models.size() != models) {
    return base::fail(ErrorCode::invalid,
                      "scheduler options describe {} models but {} are loaded: give one entry per "
                      "loaded model in the same order, or none",
                      scheduler.models.size(), models);
  }
  if (options.hang_timeout <= base::Duration::zero()) {
    return base::fail(ErrorCode::invalid, "hang_timeout must be positive");
  }
  if (options.probe_after <= base::Duration::zero()) {
    return base::fail(ErrorCode::invalid, "probe_after must be positive");
  }
  if (options.stop_timeout < base::Duration::zero()) {
    return base::fail(ErrorCode::invalid, "stop_timeout must not be negative");
  }
  if (options.quarantine_after == 0) {
    return base::fail(ErrorCode::invalid, "quarantine_after must be at least 1");
  }
  return {};
}

/// Puts what is known of a loaded model into its entry for the scheduler.
void describe(const model::Model& model, schedule::ModelOptions& options) {
  options.name = model.options().name;
  options.max_batch = model.options().max_batch;
  options.instances = static_cast<std::uint32_t>(model.instances());
  const model::Profile& profile = model.profile();
  if (profile.base.count() > 0 || profile.per_item.count() > 0) {
    options.profile_base = profile.base;
    options.profile_per_item = profile.per_item;
  }
}

}  // namespace

Core::Core(EngineOptions options, const base::Clock& clock, schedule::EventSink& sink)
    : options_(std::move(options)), clock_(clock), tap_(sink) {}

base::Status Core::start(std::vector<std::shared_ptr<model::Model>> models,
                         const SchedulerFactory& make_scheduler) {
  if (base::Status status = check_options(options_, models.size()); !status) {
    return status;
  }
  schedule::SchedulerOptions scheduler = options_.scheduler;
  scheduler.models.resize(models.size());
  for (std::size_t i = 0; i < models.size(); ++i) {
    auto example = model::example_inputs(models[i]->info(), models[i]->options());
    if (!example) {
      return tl::unexpected(std::move(example.error()));
    }
    describe(*models[i], scheduler.models[i]);
    std::vector<Place> places;
    if (scheduler.models[i].slots.empty()) {
      for (schedule::SlotId slot = 0; slot < scheduler.slots; ++slot) {
        places.push_back({slot});
      }
    }
    for (const schedule::SlotId slot : scheduler.models[i].slots) {
      places.push_back({slot});
    }
    InstancePool pool(models[i]->instances(), options_.quarantine_after, options_.probe_after);
    const std::size_t instances = models[i]->instances();
    models_.push_back({std::move(models[i]), std::move(pool), std::move(places),
                       std::move(*example), std::vector<std::shared_ptr<StrayState>>(instances)});
  }
  auto made = make_scheduler(std::move(scheduler), tap_);
  if (!made) {
    return tl::unexpected(std::move(made.error()));
  }
  scheduler_ = std::move(*made);
  slots_ = std::vector<Slot>(options_.scheduler.slots);
  return start_threads();
}

base::Status Core::start_threads() {
  const Lock lock(mutex_);
  for (schedule::SlotId id = 0; id < slots_.size(); ++id) {
    if (!start_slot(id)) {
      return base::fail(ErrorCode::unavailable,
                        "the system refused a thread for slot {}: raise the limit of threads "
                        "(ulimit -u, cgroup pids.max) or lower scheduler.slots",
                        id);
    }
  }
  try {
    keeper_ = std::thread([self = shared_from_this()] { self->keeper_loop(); });
  } catch (const std::system_error& e) {
    return base::fail(ErrorCode::unavailable, "the system refused the engine's thread: {}",
                      e.what());
  }
  return {};
}

}  // namespace sluice::runtime
