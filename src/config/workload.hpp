// From a configuration to a simulation.
#pragma once

#include "base/result.hpp"
#include "config/config.hpp"
#include "simulate/workload.hpp"

namespace sluice::config {

/// The workload that `sluice compare` runs, with the file's own scheduler section. Synthetic
/// models cost what they say, others what their `profile` says; the scheduler starts with the
/// same means, as it does after a warm-up on a real machine. `cores`: for `slots: auto`.
/// Traces must have been loaded. Errors name the key: a model without a cost, a task without a
/// source or without a rate, an input that never ends.
[[nodiscard]] base::Result<simulate::Workload> to_workload(const Config& config, unsigned cores);

}  // namespace sluice::config
