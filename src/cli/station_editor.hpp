// Stations in files of their own, for the pages' editor.
#pragma once

#include <functional>

#include "base/result.hpp"
#include "config/config.hpp"
#include "station/hub.hpp"

namespace sluice::cli {

/// Reads, checks and writes the files of `station_files`. `current` gives the configuration that is
/// in force; `reload` reads it anew and waits until that is done. Thread-safe, as far as those are.
[[nodiscard]] station::Editor station_editor(
    std::function<std::shared_ptr<const config::Config>()> current,
    std::function<base::Status()> reload);

}  // namespace sluice::cli
