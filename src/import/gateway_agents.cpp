#include "import/gateway_agents.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include <boost/json/object.hpp>

#include "base/text.hpp"
#include "import/gateway_sources.hpp"
#include "import/target.hpp"
#include "import/write.hpp"

namespace sluice::import {
namespace {

namespace json = boost::json;

/// Topics and messages of actions are templates, where braces have a meaning.
std::string in_template(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += c;
    if (c == '{' || c == '}') out += c;
  }
  return literal(out);
}

std::optional<json::object> threshold_rule(const Value& agent, const std::string& step) {
  const auto metric = agent["metric"].text("value");
  const double threshold = agent["threshold"].number(0.5);
  constexpr std::array scores{"score", "confidence", "probability"};
  if (step.empty() || std::ranges::find(scores, metric) == scores.end()) {
    agent.left_out(fmt::format(
        "rules look at labels, scores, boxes and texts that a model found, not at \"{}\" of a "
        "message",
        metric));
    return std::nullopt;
  }
  agent.changed("KO where a score is above the threshold, also one of several objects");
  return json::object{{"type", "score_range"}, {"score", json::object{{"max", threshold}}}};
}

json::object person_rule(const Value& agent) {
  agent["zone"].changed(
      "KO for a person anywhere: a zone was only a name, which nothing gave to an object; for a "
      "part of the image use zone_count with `classes: [person]`, `max: 0` and its `polygon`");
  return {{"type", "unexpected_label"}, {"labels", json::array{"person"}}};
}

/// The action of an agent; nullopt: there is none.
std::optional<json::object> action_of(const Value& agent, const Value& actions) {
  const auto dispatcher = agent["dispatcher"];
  const auto name = dispatcher.text("log");
  const auto target = agent["target"].text();
  if (!actions[name]) {
    agent.left_out(fmt::format("there is no action \"{}\": what it told was dropped", name));
    return std::nullopt;
  }
  const auto action = actions[name];
  const auto type = action["type"];
  const auto word = type.text(name);
  std::optional<json::object> out;
  if (word == "log") {
    out = json::object{{"type", "log"}};
  } else if (word == "mqtt") {
    const auto topic = target.empty() ? action["topic"].text() : target;
    if (topic.empty()) action.problem("has no `topic`, nor has the agent a `target`; add one");
    out = json::object{{"type", "mqtt"},
                       {"broker", broker_url(action, name)},
                       {"topic", in_template(topic)},
                       {"qos", action["qos"].integer(0, 0, 2)},
                       {"retain", action["retain"].boolean(false)}};
    (void)action["topic"];
    (void)action["format"];
    action.changed("the message is Sluice's event as JSON; give `body` for another form");
  } else if (word == "webhook") {
    const auto url = target.empty() ? action["url"].text() : target;
    if (url.empty()) action.problem("has no `url`, nor has the agent a `target`; add one");
    out = json::object{{"type", "webhook"}, {"url", literal(url)}};
    (void)action["url"];
    if (const auto timeout = action["timeout"]) {
      out->insert_or_assign("timeout", milliseconds(timeout.number(5) * 1e3));
    }
    action.changed("the request is a POST with a CloudEvent, repeated until it is taken");
  } else {
    const std::vector<std::string> known{"log", "mqtt", "webhook"};
    action.problem(
        fmt::format("its type \"{}\" is unknown{}", word, base::suggestion(word, "types", known)));
    return std::nullopt;
  }
  action.leave_rest();
  (*out)["name"] = name;
  (*out)["on"] = json::array{"raised"};
  return out;
}

}  // namespace

GatewayReaction gateway_reaction(const Value& names, const Value& agents, const Value& actions,
                                 const std::string& step) {
  GatewayReaction out;
  Names rule_names;
  Names action_names;
  json::array seen;
  for (const auto& name : names.words()) {
    const auto agent = agents[name];
    if (!agent) {
      names.problem(fmt::format("there is no agent \"{}\" below `agents`; add it there", name));
      continue;
    }
    const auto type = agent["type"].text(name);
    std::optional<json::object> rule;
    if (type == "threshold") {
      rule = threshold_rule(agent, step);
    } else if (type == "person_in_zone") {
      if (step.empty()) agent.left_out("its pipeline has no model that could see a person");
      if (!step.empty()) rule = person_rule(agent);
    } else if (type == "snapshot_archive") {
      agent.mapped("the station keeps images and records by itself: see `images` and `retention`");
      for (const char* key : {"dispatcher", "target"}) (void)agent[key];
    } else {
      agent.left_out(fmt::format("agents of type \"{}\" have no counterpart", type));
    }
    if (!rule) continue;
    rule->insert_or_assign("name", rule_names.of(name, agent));
    rule->insert_or_assign("step", step);
    out.rules.push_back(std::move(*rule));
    auto action = action_of(agent, actions);
    agent.leave_rest();
    if (!action) continue;
    // Agents with the same action and target share it; others of that name get another.
    if (std::ranges::find(seen, json::value(*action)) != seen.end()) continue;
    seen.push_back(*action);
    auto& called = action->at("name");
    const auto original = std::string(called.as_string());
    called = action_names.of(
        action_names.has(original) ? fmt::format("{}-{}", original, name) : original, agent);
    out.actions.push_back(std::move(*action));
  }
  return out;
}

}  // namespace sluice::import
