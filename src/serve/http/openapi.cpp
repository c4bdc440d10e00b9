#include <algorithm>
#include <map>
#include <set>

#include <boost/json/parse.hpp>

#include "serve/http/handlers.hpp"

namespace sluice::serve::http {
namespace {

namespace json = boost::json;

constexpr const char* kSchemas = R"json({
  "Object": {"type": "object"},
  "Events": {"type": "string", "description": "Events named live; see docs/live-api.md"},
  "Error": {"type": "object", "required": ["error"], "properties": {
    "error": {"type": "string"}, "reason": {"type": "string"}, "decision": {"type": "string"},
    "protects": {"type": "string"}, "numbers": {"type": "object"},
    "retry_after_ms": {"type": "number"}}},
  "Live": {"type": "object", "required": ["live"], "properties": {"live": {"type": "boolean"}}},
  "Ready": {"type": "object", "required": ["ready"], "properties": {"ready": {"type": "boolean"}}},
  "ModelReady": {"type": "object", "required": ["name", "ready"], "properties": {
    "name": {"type": "string"}, "ready": {"type": "boolean"}}},
  "ServerMetadata": {"type": "object", "required": ["name", "version", "extensions"], "properties": {
    "name": {"type": "string"}, "version": {"type": "string"},
    "extensions": {"type": "array", "items": {"type": "string"}}}},
  "Datatype": {"type": "string", "enum": ["BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8",
    "INT16", "INT32", "INT64", "FP16", "BF16", "FP32", "FP64", "BYTES"]},
  "TensorMetadata": {"type": "object", "required": ["name", "datatype", "shape"], "properties": {
    "name": {"type": "string"}, "datatype": {"$ref": "#/components/schemas/Datatype"},
    "shape": {"type": "array", "items": {"type": "integer", "minimum": -1}}}},
  "ModelMetadata": {"type": "object", "required": ["name", "versions", "platform", "inputs", "outputs"],
    "properties": {"name": {"type": "string"},
      "versions": {"type": "array", "items": {"type": "string"}}, "platform": {"type": "string"},
      "inputs": {"type": "array", "items": {"$ref": "#/components/schemas/TensorMetadata"}},
      "outputs": {"type": "array", "items": {"$ref": "#/components/schemas/TensorMetadata"}}}},
  "ModelConfig": {"type": "object", "required": ["name", "platform", "backend", "max_batch_size",
    "input", "output"]},
  "Statistics": {"type": "object", "required": ["model_stats"], "properties": {
    "model_stats": {"type": "array", "items": {"type": "object"}}}},
  "RepositoryIndexRequest": {"type": "object", "properties": {"ready": {"type": "boolean"}}},
  "RepositoryIndex": {"type": "array", "items": {"type": "object",
    "required": ["name", "version", "state", "reason"], "properties": {
      "name": {"type": "string"}, "version": {"type": "string"}, "reason": {"type": "string"},
      "state": {"type": "string", "enum": ["LOADING", "READY", "UNLOADING", "UNAVAILABLE"]}}}},
  "WhatIf": {"type": "object", "properties": {"policy": {"type": "string"},
    "set": {"type": "array", "items": {"type": "string"}}}},
  "TensorData": {"type": "array", "description": "Numbers, booleans or strings, flat or nested",
    "items": {}},
  "InferInput": {"type": "object", "required": ["name", "shape", "datatype"], "properties": {
    "name": {"type": "string", "minLength": 1},
    "shape": {"type": "array", "items": {"type": "integer", "minimum": 0}},
    "datatype": {"$ref": "#/components/schemas/Datatype"},
    "parameters": {"type": "object", "properties": {
      "binary_data_size": {"type": "integer", "minimum": 0}}},
    "data": {"$ref": "#/components/schemas/TensorData"}}},
  "InferRequestedOutput": {"type": "object", "required": ["name"], "properties": {
    "name": {"type": "string", "minLength": 1},
    "parameters": {"type": "object", "properties": {"binary_data": {"type": "boolean"},
      "classification": {"type": "integer", "minimum": 0}}}}},
  "InferRequest": {"type": "object", "required": ["inputs"], "properties": {
    "id": {"type": "string"},
    "parameters": {"type": "object", "properties": {
      "priority": {"type": "integer", "minimum": 0},
      "timeout": {"type": "integer", "minimum": 0, "description": "microseconds"},
      "deadline_ms": {"type": "number", "minimum": 0, "exclusiveMinimum": true},
      "task": {"type": "string"}, "binary_data_output": {"type": "boolean"}}},
    "inputs": {"type": "array", "items": {"$ref": "#/components/schemas/InferInput"}},
    "outputs": {"type": "array", "items": {"$ref": "#/components/schemas/InferRequestedOutput"}}}},
  "InferOutput": {"type": "object", "required": ["name", "datatype", "shape"], "properties": {
    "name": {"type": "string"}, "datatype": {"$ref": "#/components/schemas/Datatype"},
    "shape": {"type": "array", "items": {"type": "integer", "minimum": 0}},
    "parameters": {"type": "object", "properties": {"binary_data_size": {"type": "integer"}}},
    "data": {"$ref": "#/components/schemas/TensorData"}}},
  "Any": {},
  "Text": {"type": "string"},
  "Names": {"type": "array", "items": {"type": "string"}},
  "Image": {"type": "string", "format": "binary", "description": "A JPEG or PNG file"},
  "Trigger": {"type": "object", "description": "With `wait`: the item", "properties": {
    "item_id": {"type": "string"}}},
  "Item": {"type": "object", "required": ["station_config", "received_time", "state", "decision"],
    "description": "See docs/stations.md"},
  "Items": {"type": "array", "items": {"type": "object"}},
  "Problems": {"type": "object", "required": ["problems"], "properties": {
    "problems": {"type": "array", "items": {"type": "object", "properties": {
      "path": {"type": "string"}, "line": {"type": "integer"}, "message": {"type": "string"}}}}}},
  "ActiveConfig": {"type": "object", "required": ["config_name"], "properties": {
    "config_name": {"type": "string", "minLength": 1}}},
  "InferResponse": {"type": "object", "required": ["model_name", "model_version", "outputs"],
    "properties": {"model_name": {"type": "string"}, "model_version": {"type": "string"},
      "id": {"type": "string"},
      "parameters": {"type": "object", "properties": {"decision": {"type": "string"},
        "late": {"type": "boolean"}, "queue_ms": {"type": "number"},
        "compute_ms": {"type": "number"}, "total_ms": {"type": "number"}}},
      "outputs": {"type": "array", "items": {"$ref": "#/components/schemas/InferOutput"}}}}
})json";

/// What any route may answer besides its own.
constexpr int kAnywhere[] = {400, 405, 408, 413, 415, 429, 431, 500};

const std::map<int, const char*>& meanings() {
  static const std::map<int, const char*> texts{
      {400, "The request is wrong; the error says where"},
      {401, "A known token is needed"},
      {403, "The token's role does not permit this"},
      {404, "No such model, version or request"},
      {405, "The path does not take this method"},
      {408, "The request did not come in time"},
      {409, "Not possible in this state"},
      {413, "The body is too large"},
      {415, "The Content-Encoding is not known"},
      {422, "The configuration was refused; the old one stays in force"},
      {429, "Shed, or asked too often; Retry-After says when to try again"},
      {431, "The header is too large"},
      {499, "Withdrawn by the client"},
      {500, "The model or the server failed"},
      {501, "Not supported"},
      {503, "Not ready or draining; Retry-After says when to try again"},
      {504, "The deadline passed, or could not be met"}};
  return texts;
}

json::object reference(std::string_view schema) {
  return {{"$ref", fmt::format("#/components/schemas/{}", schema)}};
}

json::object content(std::string_view type, json::object schema) {
  return {{type, json::object{{"schema", std::move(schema)}}}};
}

json::object answer_of(const Route& route) {
  if (route.answer.empty()) return content("text/plain", {{"type", "string"}});
  if (route.answer == "Image") return content("image/jpeg", reference(route.answer));
  if (route.answer == "Events") return content("text/event-stream", reference(route.answer));
  json::object result = content("application/json", reference(route.answer));
  if (route.group == Group::infer) {
    result["application/octet-stream"] =
        json::object{{"schema", json::object{{"type", "string"}, {"format", "binary"}}}};
  }
  return result;
}

json::object responses_of(const Route& route) {
  std::set<int> errors(route.errors.begin(), route.errors.end());
  errors.insert(std::begin(kAnywhere), std::end(kAnywhere));
  if (!route.open) errors.insert({401, 403});
  json::object result{
      {"200", json::object{{"description", "It went well"}, {"content", answer_of(route)}}}};
  for (const int status : errors) {
    result[std::to_string(status)] =
        json::object{{"description", meanings().at(status)},
                     {"content", content("application/json", reference("Error"))}};
  }
  return result;
}

json::object parameter(std::string_view name, std::string_view in, bool required,
                       json::object schema) {
  return {{"name", name}, {"in", in}, {"required", required}, {"schema", std::move(schema)}};
}

json::object integer(int least, int most) {
  return {{"type", "integer"}, {"minimum", least}, {"maximum", most}};
}

/// Parameters of the query that are texts.
constexpr std::pair<Handler, std::string_view> kQueries[] = {{trigger_item, "station"},
                                                             {trigger_item, "wait"},
                                                             {trigger_item, "serial_number"},
                                                             {trigger_item, "category"},
                                                             {upload_item, "station"},
                                                             {upload_item, "class_name"},
                                                             {items, "station"},
                                                             {items, "decision"},
                                                             {items, "state"},
                                                             {items, "from"},
                                                             {items, "until"},
                                                             {items, "limit"},
                                                             {items, "after"},
                                                             {item_binary, "overlay"},
                                                             {station_picture, "overlay"},
                                                             {try_station, "camera"},
                                                             {detect, "station"},
                                                             {activate_config, "station_name"}};

json::array parameters_of(const Route& route) {
  json::array result;
  for (const std::string_view name :
       {"model", "version", "decision", "item", "station", "camera"}) {
    if (route.pattern.find(fmt::format("{{{}}}", name)) == std::string_view::npos) continue;
    result.push_back(parameter(name, "path", true, {{"type", "string"}, {"minLength", 1}}));
  }
  if (route.handler == live_stream) {
    result.push_back(parameter("interval_ms", "query", false, integer(100, 60000)));
  }
  if (route.handler == decisions) {
    result.push_back(parameter("task", "query", false, {{"type", "string"}}));
    result.push_back(parameter("end", "query", false, {{"type", "string"}}));
    result.push_back(parameter("limit", "query", false, integer(1, 1000)));
  }
  for (const auto& [handler, name] : kQueries) {
    if (route.handler != handler) continue;
    result.push_back(parameter(name, "query", false, {{"type", "string"}}));
  }
  if (route.group == Group::infer) {
    result.push_back(parameter("Inference-Header-Content-Length", "header", false,
                               {{"type", "integer"}, {"minimum", 0}}));
    result.push_back(parameter("traceparent", "header", false, {{"type", "string"}}));
  }
  return result;
}

std::string_view body_type(std::string_view body) {
  if (body == "Image") return "image/jpeg";
  return body == "Text" ? "application/yaml" : "application/json";
}

json::object operation(const Route& route) {
  json::object result{{"summary", route.summary},
                      {"tags", json::array{to_string(route.group)}},
                      {"parameters", parameters_of(route)},
                      {"responses", responses_of(route)}};
  if (!route.body.empty()) {
    json::object types = content(body_type(route.body), reference(route.body));
    if (route.group == Group::infer) {
      types["application/octet-stream"] =
          json::object{{"schema", json::object{{"type", "string"}, {"format", "binary"}}}};
    }
    result["requestBody"] =
        json::object{{"required", route.group == Group::infer}, {"content", std::move(types)}};
  }
  result["security"] = route.open
                           ? json::array{}
                           : json::array{json::object{}, json::object{{"token", json::array{}}}};
  return result;
}

}  // namespace

InferHandle openapi(const Context& context, Call, Respond respond) {
  json::object paths;
  for (const Route& route : routes()) {
    if (route.management && !context.management) continue;
    json::value& path = paths[route.pattern];
    if (!path.is_object()) path.emplace_object();
    std::string method(route.method);
    std::ranges::transform(method, method.begin(),
                           [](char c) { return static_cast<char>(c + ('a' - 'A')); });
    path.get_object()[method] = operation(route);
  }
  respond(json_response(
      {{"openapi", "3.0.3"},
       {"info", json::object{{"title", "Sluice"},
                             {"version", context.service.info().version},
                             {"description", "Open Inference Protocol v2 and management"}}},
       {"paths", std::move(paths)},
       {"components",
        json::object{
            {"schemas", json::parse(kSchemas)},
            {"securitySchemes",
             json::object{{"token", json::object{{"type", "http"}, {"scheme", "bearer"}}}}}}}}));
  return {};
}

}  // namespace sluice::serve::http
