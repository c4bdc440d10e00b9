#include "action/mqtt_action.hpp"

#include <utility>

#include "action/event.hpp"
#include "action/template.hpp"
#include "base/json.hpp"
#include "base/utf8.hpp"
#include "mqtt/topic.hpp"

namespace sluice::action {
namespace {

/// As it may stand in a topic: scanners of bar codes end theirs with a line end, and the name of a
/// file may be any bytes.
std::string topic_text(const std::string& text) {
  std::string out = base::valid_utf8(text);
  for (char& c : out) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == '\x7F';
    if (c == '+' || c == '#' || control) c = '_';
  }
  return out;
}

class MqttAction final : public Action {
 public:
  MqttAction(MqttOptions options, std::unique_ptr<mqtt::Client> client)
      : options_(std::move(options)),
        topic_(Template::parse(options_.topic).value()),
        body_(Template::parse(options_.body).value()),
        client_(std::move(client)) {}

  base::Status act(const Event& event) override {
    if (!options_.topic.empty()) {
      const mqtt::Message message{
          .topic = topic_.render(event, topic_text),
          .payload = options_.body.empty() ? base::to_json(to_json(event)) : body_.render(event),
          .qos = options_.qos,
          .retain = options_.retain};
      if (auto ok = client_->publish(message, options_.timeout); !ok) return ok;
    }
    if (!options_.home_assistant) return {};
    return client_->publish(state_of(event), options_.timeout);
  }

 private:
  const MqttOptions options_;
  const Template topic_;
  const Template body_;
  const std::unique_ptr<mqtt::Client> client_;
};

}  // namespace

base::Status check(const MqttOptions& options) {
  using base::ErrorCode;
  if (options.topic.empty() && !options.home_assistant) {
    return base::fail(ErrorCode::invalid, "topic is missing");
  }
  const auto topic = Template::parse(options.topic);
  if (!topic) return tl::unexpected(base::with_context("topic", topic.error()));
  // With something in each place.
  if (const auto text = topic->render({}, [](const std::string&) { return std::string("x"); });
      !text.empty()) {
    if (auto ok = mqtt::check_topic(text); !ok) return ok;
  }
  const auto body = Template::parse(options.body);
  if (!body) return tl::unexpected(base::with_context("body", body.error()));
  if (options.qos < 0 || options.qos > 2) {
    return base::fail(ErrorCode::invalid, "qos is {}, but must be 0, 1 or 2", options.qos);
  }
  if (options.timeout <= base::Duration::zero()) {
    return base::fail(ErrorCode::invalid, "timeout must be positive");
  }
  if (options.home_assistant) {
    if (auto ok = mqtt::check_topic(options.home_assistant->discovery_prefix); !ok) {
      return tl::unexpected(base::with_context("discovery_prefix", ok.error()));
    }
  }
  return {};
}

base::Result<std::unique_ptr<Action>> make_mqtt_action(const MqttOptions& options,
                                                       const std::string& station) {
  if (auto ok = check(options); !ok) return tl::unexpected(ok.error());
  mqtt::ClientOptions connection = options.client;
  if (options.home_assistant) {
    connection.will = offline(station);
    connection.birth = discovery(*options.home_assistant, station);
  }
  auto client = mqtt::Client::start(std::move(connection));
  if (!client) return tl::unexpected(client.error());
  return std::make_unique<MqttAction>(options, std::move(*client));
}

}  // namespace sluice::action
