#include "config/camera_checks.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "camera/check.hpp"
#include "config/station_checks.hpp"
#include "graph/plan.hpp"
#include "mqtt/address.hpp"

namespace sluice::config {
namespace {

const ModelConfig* model_of(const Config& config, const std::string& name) {
  const auto found = std::ranges::find_if(
      config.models, [&](const auto& model) { return model.options.name == name; });
  return found == config.models.end() ? nullptr : &*found;
}

/// What the steps' models can give. A file of labels that cannot be read is told elsewhere.
std::vector<rules::StepLabels> labels_of_steps(const StationCameraConfig& camera,
                                               const Config& config) {
  std::vector<rules::StepLabels> all;
  for (const auto& step : camera.steps) {
    rules::StepLabels& labels = all.emplace_back(rules::StepLabels{step.options.name, {}});
    const auto* model = model_of(config, step.model);
    if (model == nullptr) continue;
    if (const auto post = load_postprocess(*model)) labels.labels = labels_of(*post);
  }
  return all;
}

class CameraCheck {
 public:
  CameraCheck(const Node& node, const StationConfig& station, std::size_t index,
              const Config& config, Reader& reader)
      : node_(node),
        station_(station),
        camera_(station.cameras[index]),
        config_(config),
        path_(fmt::format("cameras[{}]", index)),
        reader_(reader) {}

  void run() {
    check_source();
    check_steps();
    const auto labels = labels_of_steps(camera_, config_);
    check_labels(labels);
    check_rules(labels);
  }

 private:
  void report(const std::string& key, const std::string& message) {
    report_below(node_, reader_, path_ + key, message);
  }

  void check_source() {
    camera::CameraOptions options;
    options.source = camera_.source.options;
    options.frames = camera_.frames;
    if (const auto good = camera::check(options); !good) report(".source", good.error().message);
    if (camera_.source.broker.empty()) return;
    if (const auto problem = broker_problem(camera_.source.broker); !problem.empty()) {
      report(".source.broker", problem);
    }
  }

  void check_steps() {
    std::vector<std::string> models;
    for (const auto& model : config_.models) models.push_back(model.options.name);
    std::vector<graph::StepOptions> steps;
    for (std::size_t i = 0; i < camera_.steps.size(); ++i) {
      const auto& step = camera_.steps[i];
      steps.push_back(step.options);
      if (model_of(config_, step.model) != nullptr) continue;
      report(fmt::format(".steps[{}].model", i),
             fmt::format("there is no model \"{}\"{}", step.model,
                         base::suggestion(step.model, "models", models)));
    }
    if (steps.empty()) return;
    if (auto plan = graph::Plan::create(steps); !plan) report(".steps", plan.error().message);
  }

  /// Labels by which a step picks what its parents found.
  void check_labels(const std::vector<rules::StepLabels>& known) {
    for (std::size_t i = 0; i < camera_.steps.size(); ++i) {
      const auto& options = camera_.steps[i].options;
      if (options.crop) {
        for (const auto& label : options.crop->classes) {
          check_label(fmt::format(".steps[{}].crop.classes", i), label, options.depends_on, known);
        }
      }
      for (const auto& condition : options.conditions) {
        if (condition.label.empty()) continue;
        check_label(fmt::format(".steps[{}].when", i), condition.label, {condition.step}, known);
      }
    }
  }

  void check_label(const std::string& key, const std::string& label,
                   const std::vector<std::string>& steps,
                   const std::vector<rules::StepLabels>& known) {
    std::vector<std::string> labels;
    for (const auto& step : known) {
      if (std::ranges::find(steps, step.step) == steps.end()) continue;
      if (step.labels.empty()) return;  // it may give any
      labels.insert(labels.end(), step.labels.begin(), step.labels.end());
    }
    if (labels.empty() || std::ranges::find(labels, label) != labels.end()) return;
    report(key, fmt::format("{} cannot find \"{}\"{}", base::join(steps, ", "), label,
                            base::suggestion(label, "labels", labels)));
  }

  void check_rules(const std::vector<rules::StepLabels>& labels) {
    const auto& rules = camera_.rules.rules;
    if (rules.empty()) return;
    if (camera_.steps.empty()) {
      report(".rules",
             "there is nothing to judge: give the camera `steps`, or take the rules away");
      return;
    }
    if (auto good = rules::check(camera_.rules, labels); !good) {
      report(".rules", good.error().message);
    }
    if (station_.mode == station::Mode::stream) return;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      if (!std::holds_alternative<rules::LineCrossing>(rules[i].test)) continue;
      report(fmt::format(".rules[{}]", i),
             "line_crossing follows objects from frame to frame: it needs `mode: stream`");
    }
  }

  const Node& node_;
  const StationConfig& station_;
  const StationCameraConfig& camera_;
  const Config& config_;
  const std::string path_;
  Reader& reader_;
};

}  // namespace

void check_camera(const Node& node, const StationConfig& station, std::size_t index,
                  const Config& config, Reader& reader) {
  CameraCheck(node, station, index, config, reader).run();
}

std::string broker_problem(const std::string& url) {
  const auto address = mqtt::parse_address(mqtt::split_user(url).broker);
  return address ? std::string() : address.error().message;
}

void report_below(const Node& station, Reader& reader, const std::string& path,
                  const std::string& message) {
  const auto scope = reader.key(path);
  reader.problem(locate(station, path), message);
}

}  // namespace sluice::config
