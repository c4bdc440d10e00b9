// The configuration of a daemon: a file, or no more than the command line, read again on reload.
#pragma once

#include <memory>
#include <string>

#include "cli/config_arguments.hpp"
#include "cli/serve_stations.hpp"
#include "serve/net/tokens.hpp"
#include "serve/plan.hpp"
#include "serve/zmq/detection.hpp"

namespace sluice::cli {

class ServeConfig {
 public:
  /// Reads the configuration and the tokens for the first time. No file: as an empty one under the
  /// settings. `clock` must outlive the plans. Errors: every problem of the file, a line each.
  static base::Result<std::unique_ptr<ServeConfig>> load(ConfigArguments arguments,
                                                         const base::Clock& clock);

  /// As it was read first: what the listeners and the observer keep until the next start.
  [[nodiscard]] const config::Config& first() const { return *first_.config; }
  [[nodiscard]] const serve::net::Tokens& tokens() const { return *tokens_; }

  /// Of the configuration in force.
  [[nodiscard]] const serve::zmq::CurrentDetection& detection() const { return detection_; }

  /// From the next plan on, these get the configuration's stations to work.
  void use(ServeStations* stations) { stations_ = stations; }

  /// Reads configuration and tokens again. The tokens are valid once the plan is in force, which
  /// warns of changes that only the next start applies. The plan must not outlive the object.
  [[nodiscard]] base::Result<serve::Plan> read_plan();

 private:
  ServeConfig(ConfigArguments arguments, config::Loaded first,
              std::unique_ptr<serve::net::Tokens> tokens, const base::Clock& clock)
      : arguments_(std::move(arguments)),
        first_(std::move(first)),
        tokens_(std::move(tokens)),
        clock_(clock) {}

  ConfigArguments arguments_;
  config::Loaded first_;
  std::unique_ptr<serve::net::Tokens> tokens_;
  const base::Clock& clock_;
  ServeStations* stations_ = nullptr;
  serve::zmq::CurrentDetection detection_;
};

}  // namespace sluice::cli
