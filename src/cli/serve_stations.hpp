// The stations of `sluice serve`: what outlives a configuration, and how one puts its stations to
// work.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "cli/station_actions.hpp"
#include "cli/station_builder.hpp"
#include "config/config.hpp"
#include "serve/plan.hpp"
#include "station/hub.hpp"

namespace sluice::cli {

/// Thread-safe. Outlives the daemon.
class ServeStations {
 public:
  /// nullptr: the configuration has no stations, and no folder for them. Errors: its state folder
  /// cannot be used.
  static base::Result<std::unique_ptr<ServeStations>> open(const config::Config& first,
                                                           const base::Clock& clock);

  /// Adds a configuration's stations to a plan: their tasks, and their start with the engine.
  void add_to(serve::Plan& plan, std::shared_ptr<const config::Config> config);

  /// How the pages' editor has the configuration read anew; waits until that is done.
  void on_reload(std::function<base::Status()> reload);

  [[nodiscard]] station::Service& service() { return *hub_; }

 private:
  ServeStations(const base::Clock& clock, std::shared_ptr<const config::Config> first)
      : clock_(clock), parts_(clock), current_(std::move(first)) {}
  std::shared_ptr<const config::Config> current() const;
  base::Status reload() const;
  base::Status begin(const std::shared_ptr<const config::Config>& config,
                     station::StationSet& stations);
  std::shared_ptr<StationActions> actions() const;

  const base::Clock& clock_;
  SharedParts parts_;
  mutable std::mutex mutex_;
  std::shared_ptr<const config::Config> current_;
  std::function<base::Status()> reload_;
  std::shared_ptr<StationActions> actions_;  ///< of the configuration in force
  bool begun_ = false;                       ///< a configuration has been in force
  std::set<std::string> failed_;             ///< digests of its stations that cannot work
  std::unique_ptr<station::Hub> hub_;
};

}  // namespace sluice::cli
