#include "cli/station_triggers.hpp"

#include <algorithm>
#include <memory>

#include <boost/json/parse.hpp>

#include "base/json_fields.hpp"
#include "mqtt/address.hpp"

namespace sluice::cli {
namespace {

namespace json = boost::json;
using Kind = config::TriggerConfig::Kind;

station::Trigger trigger_of(const mqtt::Message& message) {
  station::Trigger trigger{.by = "mqtt"};
  boost::system::error_code error;
  const auto body = json::parse(message.payload, error);
  if (!error && body.is_object()) {
    trigger.serial_number = base::text_at(body.get_object(), "serial_number");
    trigger.category = base::text_at(body.get_object(), "category");
  }
  return trigger;
}

station::TriggerSource mqtt_trigger(std::shared_ptr<mqtt::Client> broker, std::string topic) {
  return [broker = std::move(broker), topic = std::move(topic)](
             std::function<void(station::Trigger)> fire) -> base::Result<std::shared_ptr<void>> {
    return broker->subscribe(topic, 1, [fire = std::move(fire)](const mqtt::Message& message) {
      // What the broker has kept is old news, and comes anew with each connection.
      if (!message.retain) fire(trigger_of(message));
    });
  };
}

}  // namespace

mqtt::ClientOptions broker_options(const std::string& url) {
  auto parts = mqtt::split_user(url);
  mqtt::ClientOptions options;
  options.broker = std::move(parts.broker);
  options.username = std::move(parts.username);
  options.password = std::move(parts.password);
  return options;
}

base::Status add_triggers(const config::StationConfig& station, SharedParts& parts,
                          station::StationOptions& out) {
  for (const auto& trigger : station.triggers) {
    switch (trigger.kind) {
      case Kind::timer:
        out.every = std::min(out.every, trigger.every);
        break;
      case Kind::station:
        out.after.push_back(trigger.after);
        break;
      case Kind::mqtt: {
        auto broker = parts.broker(trigger.broker);
        if (!broker) return tl::unexpected(base::with_context("triggers", broker.error()));
        out.triggers.push_back(mqtt_trigger(std::move(*broker), trigger.topic));
        break;
      }
      case Kind::line:
        out.triggers.push_back(line_trigger(trigger.chip, trigger.line, trigger.rising));
        break;
    }
  }
  return {};
}

}  // namespace sluice::cli
