#include "config/station_checks.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "config/camera_checks.hpp"
#include "config/document_json.hpp"
#include "config/redact.hpp"
#include "config/sections.hpp"
#include "mqtt/topic.hpp"
#include "store/blob_store.hpp"
#include "vision/labels.hpp"

namespace sluice::config {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

void check_actions(const Node& node, const StationConfig& station, Reader& reader) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < station.actions.size(); ++i) {
    const auto& action = station.actions[i];
    if (std::holds_alternative<action::MqttOptions>(action.options)) {
      if (const auto problem = broker_problem(action.broker); !problem.empty()) {
        report_below(node, reader, fmt::format("actions[{}].broker", i), problem);
      }
    }
    const auto name = action.name.empty() ? std::string(action_type_name(action)) : action.name;
    if (names.insert(name).second) continue;
    report_below(node, reader, fmt::format("actions[{}]", i),
                 fmt::format("another action is called \"{}\"; give this one a `name`", name));
  }
}

void check_triggers(const Node& node, const StationConfig& station, Reader& reader) {
  for (std::size_t i = 0; i < station.triggers.size(); ++i) {
    const auto& trigger = station.triggers[i];
    if (trigger.kind == TriggerConfig::Kind::mqtt) {
      if (const auto problem = broker_problem(trigger.broker); !problem.empty()) {
        report_below(node, reader, fmt::format("triggers[{}].broker", i), problem);
      }
      if (const auto good = mqtt::check_filter(trigger.topic); !good) {
        report_below(node, reader, fmt::format("triggers[{}].topic", i), good.error().message);
      }
    }
    if (trigger.kind != TriggerConfig::Kind::station || trigger.after.station != station.name) {
      continue;
    }
    report_below(node, reader, fmt::format("triggers[{}].station", i),
                 "a station that triggers itself never ends; use `type: timer`");
  }
}

/// Images are kept under the names of station and camera.
void check_part_of_blob_name(const Node& node, const std::string& path, const std::string& name,
                             Reader& reader) {
  if (name.empty()) return;
  if (const auto good = store::check_name(name); !good) {
    report_below(node, reader, path, good.error().message);
  }
}

void check_retention(const Node& node, const RetentionConfig& retention, Reader& reader) {
  if (retention.ko_age >= retention.age) return;
  report_below(node, reader, "retention.ko_age",
               "items that are KO would go before the others: it must be no shorter than `age`");
}

/// Whether nothing at the path or below it was reported: else what stands there now is not what was
/// written, and no ground for further problems.
bool read_well(const Reader& reader, const std::string& path) {
  return std::ranges::none_of(reader.problems(),
                              [&](const Problem& one) { return one.path.starts_with(path); });
}

json::object document_of(const Node& node) {
  auto document = to_json(node);
  if (!document.is_object()) return {};
  json::object wrapped{{"stations", json::array{std::move(document)}}};
  redact(wrapped);
  return std::move(wrapped["stations"].get_array()[0].get_object());
}

}  // namespace

void check_station(const Node& node, const StationConfig& station, const Config& config,
                   Reader& reader) {
  if (station.name.empty()) {
    reader.problem(node, "the key \"name\" is missing: its name, unique");
  }
  if (station.name == "active") {
    report_below(node, reader, "name",
                 "`active` is taken: clients ask for the active station by it");
  }
  check_part_of_blob_name(node, "name", station.name, reader);
  check_retention(node, station.retention, reader);
  std::set<std::string> names;
  std::vector<std::string> judged;
  for (std::size_t i = 0; i < station.cameras.size(); ++i) {
    const auto& camera = station.cameras[i];
    const auto path = fmt::format("cameras[{}]", i);
    if (!camera.name.empty() && !names.insert(camera.name).second) {
      report_below(node, reader, path + ".name",
                   fmt::format("the name \"{}\" is taken; names must be unique", camera.name));
    }
    check_part_of_blob_name(node, path + ".name", camera.name, reader);
    if (!camera.rules.rules.empty()) judged.push_back(camera.name);
    check_camera(node, station, i, config, reader);
  }
  check_actions(node, station, reader);
  check_triggers(node, station, reader);
  if (station.rule) {
    if (auto good = rules::check(*station.rule, judged); !good) {
      report_below(node, reader, "rule", good.error().message);
    }
  }
}

std::optional<StationConfig> read_station_text(std::string_view text, const std::string& path,
                                               const Config& config, Problems& problems) {
  const auto document = parse_document(text, path, process_environment(), problems);
  if (!document) return std::nullopt;
  Reader reader(path, fs::path(path).parent_path());
  StationConfig station;
  station.name = fs::path(path).stem().string();
  station.file = path;
  station_object().read(*document, station, reader);
  if (station.name != fs::path(path).stem().string()) {
    report_below(*document, reader, "name",
                 fmt::format("a station in a file of its own is called like the file: {}",
                             fs::path(path).stem().string()));
  }
  if (reader.problems().empty()) check_station(*document, station, config, reader);
  station.document = document_of(*document);
  const bool good = reader.problems().empty();
  std::ranges::move(reader.problems(), std::back_inserter(problems));
  return good ? std::optional(std::move(station)) : std::nullopt;
}

void read_stations(const Node& root, Config& config, Reader& reader) {
  const Node* list = root.find("stations");
  for (std::size_t i = 0; i < config.stations.size(); ++i) {
    const auto in_list = reader.key("stations");
    const auto in_item = reader.item(i);
    if (read_well(reader, fmt::format("stations[{}]", i))) {
      check_station(list->items[i], config.stations[i], config, reader);
    }
    config.stations[i].document = document_of(list->items[i]);
  }
  if (!config.station_files.empty()) {
    std::error_code error;
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(config.station_files, error)) {
      if (entry.path().extension() == ".yaml") files.push_back(entry.path());
    }
    if (error) {
      reader.problem_at(
          root, "station_files",
          fmt::format("\"{}\" cannot be read: {}", config.station_files, error.message()));
    }
    std::ranges::sort(files);
    for (const auto& file : files) {
      std::ifstream in(file, std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
      auto station = read_station_text(text, file.string(), config, reader.problems());
      if (station) config.stations.push_back(std::move(*station));
    }
  }
  std::set<std::string> names;
  for (const auto& station : config.stations) {
    if (station.name.empty() || names.insert(station.name).second) continue;
    reader.problem_at(
        root, "stations",
        fmt::format("two stations are called \"{}\"; names must be unique", station.name));
  }
  for (const auto& station : config.stations) {
    for (const auto& trigger : station.triggers) {
      if (trigger.kind != TriggerConfig::Kind::station || names.contains(trigger.after.station)) {
        continue;
      }
      reader.problem_at(root, "stations",
                        fmt::format("station {} waits for a station \"{}\", which there is not",
                                    station.name, trigger.after.station));
    }
  }
}

base::Result<vision::post::PostProcess> load_postprocess(const ModelConfig& model) {
  namespace post = vision::post;
  auto options = model.postprocess.options;
  if (!model.postprocess.labels.empty()) {
    auto labels = vision::read_labels(model.postprocess.labels);
    if (!labels) return tl::unexpected(labels.error());
    if (auto* ctc = std::get_if<post::CtcOptions>(&options)) ctc->keys = std::move(*labels);
    if (auto* classes = std::get_if<post::ClassificationOptions>(&options)) {
      classes->labels = std::move(*labels);
    }
    if (auto* yolo = std::get_if<post::YoloOptions>(&options)) yolo->labels = std::move(*labels);
    if (auto* ssd = std::get_if<post::SsdOptions>(&options)) ssd->labels = std::move(*labels);
  }
  if (auto good = post::check(options); !good) return tl::unexpected(good.error());
  return options;
}

std::vector<std::string> labels_of(const vision::post::PostProcess& post) {
  namespace p = vision::post;
  if (const auto* classes = std::get_if<p::ClassificationOptions>(&post)) return classes->labels;
  if (const auto* yolo = std::get_if<p::YoloOptions>(&post)) return yolo->labels;
  if (const auto* ssd = std::get_if<p::SsdOptions>(&post)) return ssd->labels;
  return {};
}

}  // namespace sluice::config
