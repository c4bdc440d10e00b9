// A run from its plan to its report.
#pragma once

#include <functional>

#include "cli/run_plan.hpp"
#include "cli/run_progress.hpp"
#include "cli/run_signals.hpp"
#include "telemetry/report.hpp"

namespace sluice::cli {

struct RunResult {
  telemetry::Report report;
  /// What the journal could not write; ok where it is complete.
  base::Status journal;
  /// A second signal cut the run short.
  bool stopped = false;
};

/// Runs until the sources have ended, a limit is reached, or a signal comes; then drains, at once
/// if a second signal comes. Error: the journal cannot be opened, or the engine or the monitor
/// not started; then nothing has run.
[[nodiscard]] base::Result<RunResult> execute(RunPlan plan, const RunLimits& limits,
                                              const base::Clock& clock, const Signals& signals,
                                              Progress& progress);

}  // namespace sluice::cli
