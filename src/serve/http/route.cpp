#include "serve/http/route.hpp"

#include <array>
#include <utility>

#include "serve/http/handlers.hpp"

namespace sluice::serve::http {
namespace {

using net::Role;

constexpr auto kGet = "GET";
constexpr auto kPost = "POST";
constexpr auto kPut = "PUT";
constexpr auto kDelete = "DELETE";

// clang-format off
std::vector<Route> table() {
  return {
    {kPost, "/v2/models/{model}/infer", Group::infer, Role::infer, false, false, infer,
     "Run inference", "InferRequest", "InferResponse", {404, 409, 499, 501, 503, 504}},
    {kPost, "/v2/models/{model}/versions/{version}/infer", Group::infer, Role::infer, false, false, infer,
     "Run inference on one version", "InferRequest", "InferResponse", {404, 409, 499, 501, 503, 504}},

    {kGet, "/healthz", Group::health, Role::infer, true, false, server_live,
     "Whether the process works", "", "Live", {503}},
    {kGet, "/readyz", Group::health, Role::infer, true, false, server_ready,
     "Whether every model is ready and nothing is draining", "", "Ready", {503}},
    {kGet, "/v2/health/live", Group::health, Role::infer, true, false, server_live,
     "Whether the process works", "", "Live", {503}},
    {kGet, "/v2/health/ready", Group::health, Role::infer, true, false, server_ready,
     "Whether every model is ready and nothing is draining", "", "Ready", {503}},
    {kGet, "/v2/models/{model}/ready", Group::health, Role::infer, false, false, model_ready,
     "Whether a model is ready", "", "ModelReady", {404, 503}},
    {kGet, "/v2/models/{model}/versions/{version}/ready", Group::health, Role::infer, false, false, model_ready,
     "Whether a version is ready", "", "ModelReady", {404, 503}},

    {kGet, "/v2", Group::metadata, Role::infer, false, false, server_info,
     "The server and its extensions", "", "ServerMetadata", {}},
    {kGet, "/v2/models/stats", Group::statistics, Role::operate, false, false, statistics,
     "Statistics of every model", "", "Statistics", {}},
    {kGet, "/v2/models/{model}", Group::metadata, Role::infer, false, false, model_info,
     "A model's inputs and outputs", "", "ModelMetadata", {404, 503}},
    {kGet, "/v2/models/{model}/versions/{version}", Group::metadata, Role::infer, false, false, model_info,
     "A version's inputs and outputs", "", "ModelMetadata", {404, 503}},
    {kGet, "/v2/models/{model}/config", Group::metadata, Role::infer, false, false, model_configuration,
     "A model's configuration", "", "ModelConfig", {404, 503}},
    {kGet, "/v2/models/{model}/versions/{version}/config", Group::metadata, Role::infer, false, false, model_configuration,
     "A version's configuration", "", "ModelConfig", {404, 503}},
    {kGet, "/v2/models/{model}/stats", Group::statistics, Role::operate, false, false, statistics,
     "A model's statistics", "", "Statistics", {404, 503}},
    {kGet, "/v2/models/{model}/versions/{version}/stats", Group::statistics, Role::operate, false, false, statistics,
     "A version's statistics", "", "Statistics", {404, 503}},

    {kPost, "/v2/repository/index", Group::repository, Role::infer, false, false, repository,
     "Every version of every model, and its state", "RepositoryIndexRequest", "RepositoryIndex", {}},
    {kPost, "/v2/repository/models/{model}/load", Group::repository, Role::admin, false, true, load_model,
     "Load or reload a model", "Object", "Object", {404, 409, 501, 503}},
    {kPost, "/v2/repository/models/{model}/unload", Group::repository, Role::admin, false, true, unload_model,
     "Take a model out of service", "Object", "Object", {404, 409, 501, 503}},

    {kGet, "/metrics", Group::observe, Role::operate, false, false, metrics,
     "Metrics in Prometheus' text format", "", "", {}},
    {kGet, "/api/v1/live", Group::observe, Role::operate, false, true, live,
     "The state of the daemon", "", "Object", {}},
    {kGet, "/api/v1/live/stream", Group::observe, Role::operate, false, true, live_stream,
     "The state of the daemon again and again, as server-sent events", "", "Events", {}},
    {kGet, "/api/v1/decisions", Group::observe, Role::operate, false, true, decisions,
     "The last requests that ended", "", "Object", {}},
    {kGet, "/api/v1/requests/{decision}", Group::observe, Role::operate, false, true, explain,
     "The story of one request", "", "Object", {404, 503}},
    {kPost, "/api/v1/what-if", Group::observe, Role::operate, false, true, what_if,
     "Replay the last minutes under other settings", "WhatIf", "Object", {404, 409, 501, 503}},
    {kGet, "/api/v1/configuration", Group::manage, Role::operate, false, true, configuration,
     "The configuration in force", "", "Object", {}},
    {kPost, "/api/v1/configuration/reload", Group::manage, Role::admin, false, true, reload,
     "Read the configuration file again", "", "Object", {422}},
    {kGet, "/api/v1", Group::stations, Role::infer, true, false, stations_root,
     "Whether the daemon is there", "", "Any", {}},
    {kPost, "/api/v1/trigger", Group::stations, Role::infer, false, false, trigger_item,
     "Begin an item", "Image", "Trigger", {404, 409, 422, 503}},
    {kPost, "/api/v1/upload", Group::stations, Role::infer, false, false, upload_item,
     "Keep an image without looking at it", "Image", "Trigger", {404, 409, 422, 503}},
    {kGet, "/api/v1/items", Group::stations, Role::infer, false, false, items,
     "Items, newest first", "", "Items", {404, 422}},
    {kGet, "/api/v1/metadata_storage", Group::stations, Role::infer, false, false, items,
     "The same under an older name", "", "Items", {404, 422}},
    {kGet, "/api/v1/items/{item}", Group::stations, Role::infer, false, false, item,
     "An item", "", "Item", {404}},
    {kGet, "/api/v1/items/{item}/state", Group::stations, Role::infer, false, false, item_state,
     "How far an item has come", "", "Any", {404}},
    {kGet, "/api/v1/items/{item}/binaries", Group::stations, Role::infer, false, false, item_binaries,
     "The cameras of which an image is kept", "", "Names", {404}},
    {kGet, "/api/v1/items/{item}/binaries/{camera}", Group::stations, Role::infer, false, false, item_binary,
     "An image of an item", "", "Image", {404, 503}},
    {kGet, "/api/v1/inventory", Group::stations, Role::infer, false, false, inventory,
     "Kinds of cameras and rules, and the models", "", "Object", {404}},
    {kGet, "/api/v1/configs", Group::stations, Role::operate, false, false, station_configs,
     "Every station's configuration", "", "Object", {404}},
    {kGet, "/api/v1/configs/active", Group::stations, Role::operate, false, false, active_config,
     "The active station's configuration", "", "Any", {404}},
    {kPost, "/api/v1/configs/active", Group::stations, Role::operate, false, false, activate_config,
     "Make a station the active one", "ActiveConfig", "Any", {404, 422, 503}},
    {kGet, "/api/v1/configs/{station}", Group::stations, Role::admin, false, false, station_config,
     "A station's configuration and text", "", "Object", {404}},
    {kPut, "/api/v1/configs/{station}", Group::stations, Role::admin, false, true, put_config,
     "Write a station's file and put it in force", "Text", "Problems", {404, 409, 422, 503}},
    {kDelete, "/api/v1/configs/{station}", Group::stations, Role::admin, false, true, delete_config,
     "Delete a station's file", "", "Object", {404, 409, 503}},
    {kPost, "/api/v1/configs/{station}/check", Group::stations, Role::admin, false, true, check_config,
     "What is wrong with a station's text", "Text", "Problems", {404}},
    {kGet, "/api/v1/stations", Group::stations, Role::operate, false, false, stations,
     "The state of every station", "", "Items", {404}},
    {kGet, "/api/v1/stations/{station}/cameras/{camera}/picture", Group::stations, Role::operate, false, false, station_picture,
     "A camera's last image", "", "Image", {404, 503}},
    {kPost, "/api/v1/stations/{station}/try", Group::stations, Role::operate, false, false, try_station,
     "Inference and decision on an image, nothing kept", "Image", "Item", {404, 422, 503}},
    {kPost, "/api/v1/cameras/{station}/{camera}", Group::stations, Role::infer, false, false, push_sample,
     "A sample for a camera whose source is push", "Image", "Object", {404, 422, 503}},
    {kPost, "/v1/vision/detection", Group::stations, Role::infer, false, false, detect,
     "Objects on an image, as DeepStack answers", "Image", "Object", {404, 422, 503}},
    {kGet, "/openapi.json", Group::metadata, Role::infer, true, false, openapi,
     "This document", "", "Object", {}},
  };
}
// clang-format on

constexpr std::array kNames{
    std::pair{std::string_view("{model}"), &Call::model},
    std::pair{std::string_view("{version}"), &Call::version},
    std::pair{std::string_view("{decision}"), &Call::decision},
    std::pair{std::string_view("{item}"), &Call::item},
    std::pair{std::string_view("{station}"), &Call::station},
    std::pair{std::string_view("{camera}"), &Call::camera},
};

std::string_view next_part(std::string_view& pattern) {
  const auto slash = pattern.find('/');
  const auto part = pattern.substr(0, slash);
  pattern.remove_prefix(slash == std::string_view::npos ? pattern.size() : slash + 1);
  return part;
}

}  // namespace

const char* to_string(Group group) {
  switch (group) {
    case Group::infer:
      return "infer";
    case Group::health:
      return "health";
    case Group::metadata:
      return "metadata";
    case Group::statistics:
      return "statistics";
    case Group::repository:
      return "repository";
    case Group::observe:
      return "observe";
    case Group::manage:
      return "manage";
    case Group::stations:
      return "stations";
  }
  return "unknown";
}

std::span<const Route> routes() {
  static const std::vector<Route> all = table();
  return all;
}

bool match(std::string_view pattern, const std::vector<std::string>& segments, Call& call) {
  // Twice: most patterns do not fit, and the names need not be copied for them.
  std::string_view rest = pattern.substr(1);
  for (const std::string& segment : segments) {
    if (rest.empty()) return false;
    const std::string_view part = next_part(rest);
    if (part.front() == '{' ? segment.empty() : part != segment) return false;
  }
  if (!rest.empty()) return false;

  for (const auto& [name, member] : kNames) call.*member = std::string();
  rest = pattern.substr(1);
  for (const std::string& segment : segments) {
    const std::string_view part = next_part(rest);
    for (const auto& [name, member] : kNames) {
      if (part == name) call.*member = segment;
    }
  }
  return true;
}

}  // namespace sluice::serve::http
