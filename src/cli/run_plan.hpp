// Everything a run needs, loaded and open: made before anything starts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backend/cancel_token.hpp"
#include "config/config.hpp"
#include "model/repository.hpp"
#include "pipeline/feeder.hpp"

namespace sluice::cli {

struct RunPlan {
  config::Config config;
  /// Complete: models with the profiles that the warm-up measured, tasks with their periods.
  schedule::SchedulerOptions scheduler;
  std::vector<std::shared_ptr<model::Model>> models;  ///< in the order of the configuration
  std::vector<pipeline::TaskSource> sources;
  /// One sentence per model: provider taken and refused, time per batch.
  std::vector<std::string> remarks;
};

/// Loads and warms up the models, reads traces, opens the sources. `cancel` ends a warm-up.
/// Errors name the model or task and the remedy; also: no task has a source.
[[nodiscard]] base::Result<RunPlan> make_plan(config::Config config, const base::Clock& clock,
                                              backend::CancelToken& cancel);

}  // namespace sluice::cli
