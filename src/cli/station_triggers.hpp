// What triggers a station besides the API.
#pragma once

#include "base/result.hpp"
#include "cli/station_builder.hpp"
#include "config/station_config.hpp"
#include "mqtt/client.hpp"
#include "station/options.hpp"

namespace sluice::cli {

/// "mqtt://[USER[:PASSWORD]@]HOST[:PORT]" as options; the configuration has checked it.
[[nodiscard]] mqtt::ClientOptions broker_options(const std::string& url);

/// Adds the configured triggers to the station. Errors: a broker's URL.
base::Status add_triggers(const config::StationConfig& station, SharedParts& parts,
                          station::StationOptions& out);

/// Edges of an input line, through libgpiod. Its errors: not_found (the chip), unavailable (the
/// line).
[[nodiscard]] station::TriggerSource line_trigger(const std::string& chip, std::uint32_t number,
                                                  bool rising);

}  // namespace sluice::cli
