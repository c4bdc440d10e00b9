// Cameras and files inside the daemon.
#pragma once

#include "base/time.hpp"
#include "config/config.hpp"
#include "serve/plan.hpp"

namespace sluice::cli {

/// Opens the sources of the configuration's tasks, anew for each generation; empty where no task
/// has one. Traces must have been read. `clock` must outlive the sources.
[[nodiscard]] serve::OpenSources serve_sources(config::Config config, const base::Clock& clock);

}  // namespace sluice::cli
