#include "import/gateway.hpp"

#include <algorithm>
#include <map>

#include "import/gateway_agents.hpp"
#include "import/gateway_models.hpp"
#include "import/gateway_sources.hpp"

namespace sluice::import {
namespace {

namespace json = boost::json;

/// The functions around a model in the pipelines that use it.
struct ModelUse {
  Value where;
  GatewayFamily family;
};

using ModelUses = std::map<std::string, ModelUse>;

void collect_uses(const Value& document, ModelUses& uses) {
  for (const auto& pipeline : document["pipelines"].items()) {
    const auto model = pipeline["model"];
    if (!model) continue;
    const auto family =
        family_of(model.text(), pipeline["preprocess"].text(), pipeline["postprocess"].text());
    uses.emplace(model.text(), ModelUse{model, family});
  }
}

void add_models(const Value& document, const ModelUses& uses, Target& target) {
  for (const auto& model : document.required("models", "the list of models").items()) {
    const auto id = model.required("id", "its name").text();
    if (target.model_names.has(id)) {
      model.left_out("there is one with this id before, which was taken");
      continue;
    }
    const auto use = uses.find(id);
    add_gateway_model(id, model, model,
                      use == uses.end() ? family_of(id, {}, {}) : use->second.family, target);
  }
  target.serve = gateway_serve(document["server"]);
  document.leave_rest();
}

void note_functions(const Value& pipeline) {
  const auto known = [](const std::string& name) {
    return name.starts_with("vision.") || name.starts_with("env.");
  };
  for (const char* key : {"preprocess", "postprocess"}) {
    const auto function = pipeline[key];
    if (function && !known(function.text())) {
      function.left_out(
          fmt::format("a function of your own; describe it by the model's `{}`, if that can", key));
    }
  }
  if (const auto parallel = pipeline["max_parallel"]) {
    parallel.left_out("the scheduler decides what runs at the same time");
  }
}

json::object station_of(const Value& pipeline, const std::string& name, const Value& document,
                        const std::vector<json::object>& feeds, Target& target) {
  json::object station{{"name", name}, {"mode", "stream"}};
  if (const auto deadline = pipeline["deadline_ms"]) {
    station["latency_budget"] = milliseconds(deadline.number(0));
    deadline.changed(
        "latency_budget: from the capture to the decision; it was the age at which a message was "
        "no longer begun");
  }
  const auto model = pipeline["model"];
  const std::string step = model ? target.model_names.of(model.text(), model) : "";
  auto reaction =
      gateway_reaction(pipeline["agents"], document["agents"], document["actions"], step);
  json::array cameras;
  Names names;
  for (const auto& feed : feeds) {
    json::object camera{{"name", ""}, {"source", feed.at("source")}};
    const auto given = std::string(feed.at("name").as_string());
    auto called = given;
    for (int n = 2; names.has(called); ++n) called = fmt::format("{}-{}", given, n);
    camera["name"] = names.of(called, pipeline);
    if (!step.empty()) camera["steps"] = json::array{json::object{{"name", step}, {"model", step}}};
    if (!reaction.rules.empty()) camera["rules"] = reaction.rules;
    cameras.push_back(std::move(camera));
  }
  station["cameras"] = std::move(cameras);
  if (!reaction.rules.empty()) {
    station["event"] = json::object{{"frames", 1}, {"window", 1}};
    pipeline.changed(
        "its agents are rules: the first frame that is KO raises an event, on which the station "
        "acts once, and not for each message as before; see `event` and `cool_down`");
  }
  if (!reaction.actions.empty()) station["actions"] = std::move(reaction.actions);
  note_functions(pipeline);
  pipeline.leave_rest();
  return station;
}

void add_stations(const Value& document, Target& target) {
  const auto feeds = gateway_feeds(document["connectors"]);
  for (const auto& pipeline : document["pipelines"].items()) {
    const auto id = pipeline.required("id", "its name").text();
    if (target.station_names.has(id)) {
      pipeline.problem(fmt::format("there are two pipelines \"{}\"; rename one", id));
      continue;
    }
    const auto& name = target.station_names.of(id, pipeline);
    const auto found = feeds.find(id);
    if (found == feeds.end()) {
      pipeline.changed(
          "no connector feeds it: send its images to POST /api/v1/cameras/STATION/CAMERA");
    }
    const std::vector<json::object> pushed{
        json::object{{"name", "push"}, {"source", json::object{{"type", "push"}}}}};
    target.stations.push_back(station_of(pipeline, name, document,
                                         found == feeds.end() ? pushed : found->second, target));
  }
  for (const auto& [id, cameras] : feeds) {
    if (target.station_names.has(id)) continue;
    document["connectors"].left_out(
        fmt::format("what goes to \"{}\", which is no pipeline: it was dropped", id));
  }
  (void)document["version"];
  if (const auto port = document["metrics_port"]) {
    port.left_out("metrics are at /metrics of `serve.http`, with those of the models");
  }
  if (const auto gateway = document["gateway"]) {
    gateway.left_out("models run in the daemon itself: there is no connection to configure");
  }
  document.leave_rest();
}

}  // namespace

bool is_gateway_models(const Value& document) {
  return document["server"].is_mapping() || document["models"].is_list();
}

bool is_gateway_pipelines(const Value& document) {
  return document["pipelines"].is_list() || document["connectors"].is_list();
}

void import_gateway(std::span<const Value> documents, Target& target) {
  ModelUses uses;
  for (const auto& document : documents) {
    if (is_gateway_pipelines(document)) collect_uses(document, uses);
  }
  for (const auto& document : documents) {
    if (is_gateway_pipelines(document)) continue;
    if (is_gateway_models(document)) {
      add_models(document, uses, target);
    } else {
      document.problem(
          "is neither a models.yaml (`models`) nor a pipelines.yaml (`pipelines`); leave it out");
    }
  }
  const bool has_file = !target.models.empty();
  for (const auto& [id, use] : uses) {
    if (target.model_names.has(id)) continue;
    if (has_file) use.where.changed("models.yaml does not have this model, so requests failed");
    add_gateway_model(id, use.where.absent(), use.where, use.family, target);
  }
  for (const auto& document : documents) {
    if (is_gateway_pipelines(document)) add_stations(document, target);
  }
}

}  // namespace sluice::import
