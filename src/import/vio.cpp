#include "import/vio.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "import/vio_graph.hpp"
#include "import/vio_models.hpp"
#include "import/vio_rules.hpp"
#include "import/vio_stores.hpp"
#include "import/write.hpp"

namespace sluice::import {
namespace {

namespace json = boost::json;

/// VIO's programs for cameras took pictures of this size.
constexpr int kCameraSide = 640;

json::object source_of(const Value& camera) {
  const auto type = camera.required("type", "fake, pi_camera or usb_camera");
  const auto word = type.text();
  auto source = camera["source"];
  if (!source) source = camera["input_images_folder"];
  const auto given = source.text();
  if (word == "fake") {
    type.mapped("the images of a folder below data/, in random order");
    if (given.empty()) camera.problem("has no `source`: the folder of its images; add it");
    return {{"type", "images"},
            {"path", literal("data/" + given)},
            {"order", "random"},
            {"repeat", true}};
  }
  if (word == "pi_camera") {
    type.mapped("the Raspberry Pi's camera, through libcamera");
    if (source) source.left_out("libcamera takes the first camera");
    return {{"type", "pi"}, {"width", kCameraSide}, {"height", kCameraSide}};
  }
  if (word == "usb_camera") {
    type.mapped("a camera of this machine, kept open between pictures");
    return {{"type", "device"},
            {"path", literal(given.empty() ? "/dev/video0" : given)},
            {"width", kCameraSide},
            {"height", kCameraSide}};
  }
  const std::vector<std::string> known{"fake", "pi_camera", "usb_camera"};
  if (type) {
    type.problem(fmt::format("\"{}\" is unknown{}", word, base::suggestion(word, "types", known)));
  }
  return {};
}

/// A station of the generations with a models_graph.
json::object graph_station(const Value& document, const std::string& name, VioModels& models) {
  json::object station{{"name", name}};
  json::array cameras;
  std::size_t judged = 0;
  Names names;
  for (const auto& [id, camera] : document["cameras"].entries()) {
    json::object out{{"name", names.of(id, camera)}, {"source", source_of(camera)}};
    auto graph = vio_graph(camera["models_graph"], models);
    if (!graph.steps.empty()) out["steps"] = std::move(graph.steps);
    if (const auto rule = camera["camera_rule"]; rule && graph.last.empty()) {
      rule.left_out("the camera has no model that it could judge");
    } else if (rule) {
      if (auto made = vio_camera_rule(rule, graph.last, graph.last_classes)) {
        out["rules"] = json::array{std::move(*made)};
        ++judged;
      }
    }
    for (const char* key : {"position", "exposition", "brightness"}) {
      if (const auto value = camera[key]) value.left_out("it was kept with items, and set nothing");
    }
    camera.leave_rest();
    cameras.push_back(std::move(out));
  }
  if (cameras.empty()) document["cameras"].problem("has no camera; a station needs one");
  station["cameras"] = std::move(cameras);
  if (const auto rule = document["item_rule"]; rule && judged == 0) {
    rule.left_out("no camera has a rule, so there is nothing to count");
  } else if (rule) {
    if (auto made = vio_item_rule(rule, judged)) station["rule"] = std::move(*made);
  }
  if (const auto own = document["name"]) {
    own.left_out("items are kept below the station's name, which is the file's");
  }
  return station;
}

struct PipelineCamera {
  std::string id;
  json::array steps;
  json::array rules;
};

void add_step(const std::string& id, const Value& step, PipelineCamera& camera, Names& names,
              VioModels& models) {
  const auto forwarder = step.required("model_forwarder_config", "its model");
  const auto rule = step["camera_rule_config"];
  const auto used =
      models.use(forwarder.required("model_name", "the model").text(), forwarder,
                 is_about_classes(rule) ? VioCategory::classification : VioCategory::detection);
  const auto& name = names.of(id, step);
  camera.steps.push_back(json::object{{"name", name}, {"model", used.name}});
  if (rule) {
    for (const char* key : {"exclusive", "checked"}) (void)rule[key];
    if (auto made = vio_camera_rule(rule, name, {})) {
      (*made)["name"] = name;
      camera.rules.push_back(std::move(*made));
    }
  }
  for (const char* key : {"model_version", "model_serving_url", "model_type", "model_id"}) {
    if (const auto value = forwarder[key]) value.left_out("models run in the daemon itself");
  }
  forwarder.leave_rest();
  step.leave_rest();
}

/// A station of the generation with pipeline_steps.
json::object pipeline_station(const Value& document, const std::string& name, VioModels& models) {
  std::vector<PipelineCamera> cameras;
  const auto camera_of = [&](const std::string& id) -> PipelineCamera& {
    const auto found = std::ranges::find(cameras, id, &PipelineCamera::id);
    if (found != cameras.end()) return *found;
    cameras.push_back({id, {}, {}});
    return cameras.back();
  };
  const auto configs = document["camera_configs"];
  for (const auto& [id, camera] : configs.entries()) {
    camera_of(camera["camera_id"].text(id));
    camera.changed(
        "its images come from a camera service, which told only files' names; send the images "
        "themselves to POST /api/v1/cameras/STATION/CAMERA, or name a `source` (device, stream)");
    for (const char* key : {"camera_type", "service_url"}) (void)camera[key];
    camera.leave_rest("it was the camera service's");
  }
  Names steps;
  for (const auto& [id, step] : document["pipeline_steps"].entries()) {
    const auto camera = step.required("camera_id", "the camera that it looks at").text();
    add_step(id, step, camera_of(camera), steps, models);
  }
  Names names;
  json::array list;
  std::size_t judged = 0;
  for (auto& camera : cameras) {
    json::object out{{"name", names.of(camera.id, configs)},
                     {"#source", "To do: a device or stream, or send images to the daemon."},
                     {"source", json::object{{"type", "push"}}}};
    if (!camera.steps.empty()) out["steps"] = std::move(camera.steps);
    if (camera.rules.size() > 1) {
      document["pipeline_steps"].changed(fmt::format(
          "the {} rules of camera {} make one decision (OK if all are); the item rule counted "
          "steps, now it counts cameras",
          camera.rules.size(), camera.id));
    }
    if (!camera.rules.empty()) {
      out["rules"] = std::move(camera.rules);
      ++judged;
    }
    list.push_back(std::move(out));
  }
  if (list.empty()) document.problem("has no camera_configs; a station needs a camera");
  json::object station{{"name", name}, {"cameras", std::move(list)}};
  const auto rule = document["item_rule_config"];
  if (rule && judged > 0) {
    if (auto made = vio_item_rule(rule, judged)) station["rule"] = std::move(*made);
  } else if (rule) {
    rule.left_out("no step has a rule, so there is nothing to count");
  }
  if (auto images = vio_images(document["binary_storage_config"])) {
    station["images"] = std::move(*images);
  }
  if (auto records = vio_records(document["metadata_storage_config"])) {
    station["records"] = std::move(*records);
  }
  return station;
}

}  // namespace

bool is_vio_inventory(const Value& document) {
  return document["models"].is_mapping() &&
         (document["cameras"].is_list() || document["camera_rules"] || document["item_rules"]);
}

bool is_vio_station(const Value& document) {
  return document["pipeline_steps"] || document["camera_configs"] ||
         document["cameras"].is_mapping();
}

void import_vio(std::span<const Value> documents, Target& target) {
  VioModels models(target);
  std::vector<Value> stations;
  for (const auto& document : documents) {
    if (is_vio_inventory(document)) {
      models.add_inventory(document);
    } else if (is_vio_station(document)) {
      stations.push_back(document);
    } else {
      document.problem(
          "is neither a station (`cameras` or `pipeline_steps`) nor an inventory (`models` and "
          "`cameras`) of VIO; leave it out");
    }
  }
  for (const auto& document : stations) {
    const auto original = document["station_name"].text(stem(document.file()));
    if (target.station_names.has(original)) {
      document.problem(
          fmt::format("there are two stations called \"{}\"; rename one of the files", original));
      continue;
    }
    const auto& name = target.station_names.of(original, document);
    const bool steps = document["pipeline_steps"] || document["camera_configs"];
    auto station =
        steps ? pipeline_station(document, name, models) : graph_station(document, name, models);
    if (stations.size() > 1) {
      json::object active{{"name", name}, {"run", "when_active"}};
      for (auto& entry : station) active.insert(std::move(entry));
      station = std::move(active);
      document.mapped(
          "one of several stations, of which one is active: choose it with POST "
          "/api/v1/configs/active or on the pages");
    } else {
      document.mapped("a station, which works always");
    }
    document.leave_rest();
    target.stations.push_back(std::move(station));
  }
  if (stations.empty()) {
    models.use_all();
  } else {
    models.leave_rest();
  }
}

}  // namespace sluice::import
