#include "action/home_assistant.hpp"

#include <boost/json/object.hpp>

#include "action/template.hpp"
#include "base/json.hpp"

namespace sluice::action {
namespace {

std::string station_topic(const std::string& station, const char* what) {
  return "sluice/" + node_id(station) + "/" + what;
}

mqtt::Message availability(const std::string& station, const char* payload) {
  return {.topic = station_topic(station, "availability"),
          .payload = payload,
          .qos = 1,
          .retain = true};
}

}  // namespace

std::string node_id(const std::string& station) {
  std::string id = station;
  for (char& c : id) {
    const bool kept = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      c == '_' || c == '-';
    if (!kept) c = '_';
  }
  return id;
}

std::vector<mqtt::Message> discovery(const HomeAssistantOptions& options,
                                     const std::string& station) {
  const std::string node = node_id(station);
  const auto config = [&](const char* component, const std::string& object,
                          boost::json::object body) {
    body["unique_id"] = "sluice_" + node + "_" + object;
    body["state_topic"] = station_topic(station, "state");
    body["json_attributes_topic"] = station_topic(station, "state");
    body["availability_topic"] = station_topic(station, "availability");
    body["device"] = {{"identifiers", {"sluice_" + node}},
                      {"name", station},
                      {"manufacturer", "Sluice"},
                      {"model", "station"},
                      {"sw_version", SLUICE_VERSION}};
    return mqtt::Message{.topic = options.discovery_prefix + "/" + component + "/sluice_" + node +
                                  "/" + object + "/config",
                         .payload = base::to_json(body),
                         .qos = 1,
                         .retain = true};
  };
  boost::json::object problem{
      {"name", "problem"},
      {"device_class", "problem"},
      {"value_template", "{{ 'ON' if value_json.decision == 'KO' else 'OFF' }}"}};
  if (options.off_delay > base::Duration::zero()) {
    problem["off_delay"] = std::chrono::ceil<std::chrono::seconds>(options.off_delay).count();
  }
  return {config("binary_sensor", "problem", std::move(problem)),
          config("sensor", "decision",
                 {{"name", "last decision"}, {"value_template", "{{ value_json.decision }}"}}),
          availability(station, "online")};
}

mqtt::Message offline(const std::string& station) {
  return availability(station, "offline");
}

mqtt::Message state_of(const Event& event) {
  static const Template reason = Template::parse("{verdict.reason}").value();
  return {.topic = station_topic(event.station, "state"),
          .payload = base::to_json(boost::json::object{{"decision", event.decision},
                                                       {"id", event.id},
                                                       {"kind", event.kind},
                                                       {"time", event.time},
                                                       {"reason", reason.render(event)}}),
          .qos = 1,
          .retain = true};
}

}  // namespace sluice::action
