// What `sluice serve` hands to the daemon, made from a configuration.
#pragma once

#include "cli/serve_stations.hpp"
#include "config/load.hpp"
#include "serve/plan.hpp"

namespace sluice::cli {

/// `loaded` must hold a configuration; `clock` drives its sources and must outlive the daemon.
/// Errors: a trace or a file of class names that cannot be read.
/// `stations`: puts the configuration's stations to work; nullptr: they are left out.
[[nodiscard]] base::Result<serve::Plan> make_serve_plan(config::Loaded loaded,
                                                        const base::Clock& clock,
                                                        ServeStations* stations = nullptr);

}  // namespace sluice::cli
