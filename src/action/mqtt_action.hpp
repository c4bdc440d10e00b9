// Decisions published to an MQTT broker.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "action/action.hpp"
#include "action/home_assistant.hpp"
#include "mqtt/client.hpp"

namespace sluice::action {

struct MqttOptions {
  mqtt::ClientOptions client{};  ///< its will and birth are the action's
  /// Template. Wildcards in what is put in become '_'. May be empty with home_assistant.
  std::string topic;
  std::string body;  ///< template; empty: {id, station, kind, decision, time, details}
  int qos = 1;
  bool retain = false;
  base::Duration timeout{std::chrono::seconds(10)};  ///< for the broker's answer
  std::optional<HomeAssistantOptions> home_assistant;
};

/// Errors (invalid) name the option and what it may be.
base::Status check(const MqttOptions& options);

/// Connects in the background at once. Errors: check(), the client.
base::Result<std::unique_ptr<Action>> make_mqtt_action(const MqttOptions& options,
                                                       const std::string& station);

}  // namespace sluice::action
