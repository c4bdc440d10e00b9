// What Home Assistant wants to know to show a station by itself (its "MQTT discovery").
#pragma once

#include <string>
#include <vector>

#include "action/action.hpp"
#include "mqtt/client.hpp"

namespace sluice::action {

struct HomeAssistantOptions {
  std::string discovery_prefix = "homeassistant";
  /// After this the problem is shown as over, for actions that are not told of OK. 0: never.
  base::Duration off_delay{};
};

/// The station as Home Assistant's topics may name it: letters, digits, '_' and '-'.
[[nodiscard]] std::string node_id(const std::string& station);

/// Retained: a binary sensor (problem) and a sensor (last decision) of one device, and that it is
/// online.
[[nodiscard]] std::vector<mqtt::Message> discovery(const HomeAssistantOptions& options,
                                                   const std::string& station);
/// Retained: that it is not.
[[nodiscard]] mqtt::Message offline(const std::string& station);
/// Retained: what both sensors read.
[[nodiscard]] mqtt::Message state_of(const Event& event);

}  // namespace sluice::action
