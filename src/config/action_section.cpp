// What a station does about its decisions.
#include <array>

#include "config/kinds.hpp"
#include "config/sections.hpp"
#include "mqtt/address.hpp"

namespace sluice::config {
namespace {

using Act = ActionConfig;

template <class Options>
Options& act(Act& a) {
  return std::get<Options>(a.options);
}

Type<std::optional<action::RateLimit>> rate_limit() {
  auto words = text();
  return {words.description,
          [words](const Node& node, std::optional<action::RateLimit>& value, Reader& reader) {
            std::string given;
            words.read(node, given, reader);
            auto limit = action::RateLimit::parse(given);
            if (limit) {
              value = *limit;
            } else {
              reader.problem(node, limit.error().message);
            }
          },
          [](const std::optional<action::RateLimit>&) -> boost::json::value { return nullptr; }};
}

template <class Options>
Object<Act> action_kind(const char* type, const char* doc, Options options = {}) {
  Act defaults;
  defaults.options = std::move(options);
  auto o = kind<Act>(type, doc, std::move(defaults));
  o.key(
      "name", [](Act & a) -> auto& { return a.name; }, name(),
      "Unique in the station; none: its type.");
  o.key(
      "on", [](Act & a) -> auto& { return a.filter.on; }, list(text()),
      "Decisions (OK, KO, NO_DECISION) and kinds (item, raised, cleared) that set it off; none: "
      "all.");
  o.key(
      "rate_limit", [](Act & a) -> auto& { return a.filter.rate_limit; }, rate_limit(),
      "At most so often, such as 10/min; others are passed over.");
  o.key(
      "cool_down", [](Act & a) -> auto& { return a.filter.cool_down; }, duration(),
      "After it was set off it is not for this long.");
  o.key(
      "max_age", [](Act & a) -> auto& { return a.queue.max_age; },
      duration(std::chrono::seconds(1)),
      "An event that could not be acted on for this long is a dead letter.");
  o.key(
      "max_attempts", [](Act & a) -> auto& { return a.queue.max_attempts; },
      integer<int>({.minimum = 0, .maximum = 1'000'000}),
      "Attempts after which it is one, too; 0: any number.");
  return o;
}

template <class Options>
void check_rule(Object<Act>& o) {
  o.rule([](const Node& node, Act& a, Reader& reader) {
    if (auto good = action::check(act<Options>(a)); !good) {
      reader.problem(node, good.error().message);
    }
    if (auto good = action::check(a.filter); !good) reader.problem(node, good.error().message);
  });
}

Object<Act> log_action() {
  using O = action::LogOptions;
  auto o = action_kind<O>("log", "a line in the daemon's log");
  o.key(
      "message", [](Act & a) -> auto& { return act<O>(a).message; }, text(),
      "What it says, with {keys} of the item.");
  check_rule<O>(o);
  return o;
}

Object<action::HomeAssistantOptions> home_assistant() {
  using O = action::HomeAssistantOptions;
  Object<O> o("home_assistant", "The station as a device of Home Assistant.");
  o.key(
      "discovery_prefix", [](O & h) -> auto& { return h.discovery_prefix; }, text(),
      "As set there.");
  o.key(
      "off_delay", [](O & h) -> auto& { return h.off_delay; }, duration(),
      "After this the problem is shown as over, for actions not told of OK; 0: never.");
  return o;
}

Object<Act> mqtt_action() {
  using O = action::MqttOptions;
  auto o = action_kind<O>("mqtt", "a message to an MQTT broker");
  o.key(
      "broker", [](Act & a) -> auto& { return a.broker; }, text(),
      "mqtt://[USER:PASSWORD@]HOST[:PORT] or mqtts://.", Need::required);
  o.key(
      "topic", [](Act & a) -> auto& { return act<O>(a).topic; }, text(),
      "With {keys} of the item.");
  o.key(
      "body", [](Act & a) -> auto& { return act<O>(a).body; }, text(),
      "Likewise; none: the whole event as JSON.");
  o.key(
      "qos", [](Act & a) -> auto& { return act<O>(a).qos; },
      integer<int>({.minimum = 0, .maximum = 2}), "Quality of service.");
  o.key(
      "retain", [](Act & a) -> auto& { return act<O>(a).retain; }, boolean(),
      "Whether the broker keeps the last one.");
  o.key(
      "timeout", [](Act & a) -> auto& { return act<O>(a).timeout; },
      duration(std::chrono::milliseconds(1)), "For the broker's answer.");
  o.key(
      "home_assistant", [](Act & a) -> auto& { return act<O>(a).home_assistant; },
      maybe(object(home_assistant())), "Announces the station there: {} for the defaults.");
  o.rule([](const Node&, Act& a, Reader&) { act<O>(a).client.broker = a.broker; });
  o.rule([](const Node& node, Act& a, Reader& reader) {
    auto without_user = act<O>(a);
    without_user.client.broker = mqtt::split_user(a.broker).broker;
    if (auto good = action::check(without_user); !good) reader.problem(node, good.error().message);
    if (auto good = action::check(a.filter); !good) reader.problem(node, good.error().message);
  });
  return o;
}

Object<Act> webhook_action() {
  using O = action::WebhookOptions;
  auto o = action_kind<O>("webhook", "a CloudEvent to an HTTP server");
  o.key(
      "url", [](Act & a) -> auto& { return act<O>(a).url; }, text(), "http:// or https://.",
      Need::required);
  o.key(
      "secret", [](Act & a) -> auto& { return act<O>(a).secret; }, text(),
      "Signs the body (X-Hub-Signature-256); best from the environment.");
  o.key(
      "timeout", [](Act & a) -> auto& { return act<O>(a).timeout; },
      duration(std::chrono::milliseconds(1)), "Of one request.");
  o.key(
      "ca_file", [](Act & a) -> auto& { return act<O>(a).ca_file; }, path(),
      "PEM file of roots to trust; none: the system's.");
  check_rule<O>(o);
  return o;
}

Object<Act> command_action() {
  using O = action::CommandOptions;
  auto o = action_kind<O>("command", "a program of this machine");
  o.key(
      "run", [](Act & a) -> auto& { return act<O>(a).run; }, list(text(), 1),
      "The program and its arguments, which may have {keys} of the item. No shell.",
      Need::required);
  o.key(
      "timeout", [](Act & a) -> auto& { return act<O>(a).timeout; },
      duration(std::chrono::milliseconds(1)), "Then it is killed.");
  check_rule<O>(o);
  return o;
}

Object<Act> gpio_action() {
  using O = action::GpioOptions;
  auto o = action_kind<O>("gpio", "an output line: a lamp, an ejector");
  o.key(
      "chip", [](Act & a) -> auto& { return act<O>(a).chip; }, text(), "/dev/gpiochip0, ...");
  o.key(
      "line", [](Act & a) -> auto& { return act<O>(a).line; },
      integer<int>({.minimum = 0, .maximum = 1023}), "Its number.", Need::required);
  o.key(
      "active_low", [](Act & a) -> auto& { return act<O>(a).active_low; }, boolean(),
      "Whether low is active.");
  o.key(
      "pulse", [](Act & a) -> auto& { return act<O>(a).pulse; }, duration(),
      "Active for this long; 0: from a KO until the next event that is none.");
  check_rule<O>(o);
  return o;
}

Object<Act> file_action() {
  using O = action::NdjsonFileOptions;
  auto o = action_kind<O>("file", "a line of JSON in a file");
  o.key(
      "path", [](Act & a) -> auto& { return act<O>(a).path; }, fs_path(), "The file.",
      Need::required);
  o.key(
      "size", [](Act & a) -> auto& { return act<O>(a).max_size; }, bytes(1),
      "Bytes before a new one is begun.");
  o.key(
      "keep", [](Act & a) -> auto& { return act<O>(a).keep; },
      integer<int>({.minimum = 0, .maximum = 1000}), "Older files that stay.");
  check_rule<O>(o);
  return o;
}

Object<Act> database_action() {
  using O = store::PostgresqlOptions;
  O options;
  options.table = "telemetry";
  auto o = action_kind<O>("postgresql", "a row in a PostgreSQL table", std::move(options));
  o.key(
      "url", [](Act & a) -> auto& { return act<O>(a).url; }, text(),
      "postgresql://USER:PASSWORD@HOST/DATABASE; best from the environment.", Need::required);
  o.key(
      "table", [](Act & a) -> auto& { return act<O>(a).table; }, text(), "Made if it is missing.");
  o.key(
      "timeout", [](Act & a) -> auto& { return act<O>(a).timeout; },
      duration(std::chrono::milliseconds(1)), "Of connecting, and of each statement.");
  o.rule([](const Node& node, Act& a, Reader& reader) {
    if (auto good = store::check(act<O>(a)); !good) reader.problem(node, good.error().message);
    if (auto good = action::check(a.filter); !good) reader.problem(node, good.error().message);
  });
  return o;
}

}  // namespace

const char* action_type_name(const ActionConfig& action) {
  constexpr std::array kTypes{"log", "mqtt", "webhook", "command", "gpio", "file", "postgresql"};
  static_assert(kTypes.size() == std::variant_size_v<decltype(action.options)>);
  return kTypes.at(action.options.index());
}

Type<ActionConfig> action_type() {
  static const auto type =
      kinds<Act>({log_action(), mqtt_action(), webhook_action(), command_action(), gpio_action(),
                  file_action(), database_action()});
  return type;
}

}  // namespace sluice::config
