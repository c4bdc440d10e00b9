// The first runs of an instance, and what they tell about its speed.
#pragma once

#include "backend/backend.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "model/repository.hpp"

namespace sluice::model {

/// Batch sizes that are warmed up and measured: 1, 2, 4, ... and max_batch itself.
std::vector<std::uint32_t> profile_sizes(std::uint32_t max_batch);

/// Runs the instance ModelOptions::warmup times per batch size, so that no request pays for what
/// runtimes do at first (memory, kernel choice, engine building). Nothing for instances that know
/// their times. Error: a run failed (names the remedy) or was cancelled.
base::Status warm_up(backend::Instance& instance, const backend::ModelOptions& options,
                     const backend::Tensors& example, backend::CancelToken& cancel);

/// Times an instance that is warmed up: per batch size up to 5 runs, fewer when 100 ms are over,
/// of which the median counts. Instances that know their times are asked instead. Empty if
/// ModelOptions::warmup is 0 and the times are not known. Error: as warm_up.
base::Result<Profile> measure(backend::Instance& instance, const backend::ModelOptions& options,
                              const backend::Tensors& example, const base::Clock& clock,
                              backend::CancelToken& cancel);

}  // namespace sluice::model
