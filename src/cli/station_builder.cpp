#include "cli/station_builder.hpp"

#include <algorithm>
#include <filesystem>

#include <boost/json/serialize.hpp>
#include <openssl/evp.h>
#include <spdlog/spdlog.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "camera/open.hpp"
#include "camera/push_camera.hpp"
#include "cli/station_triggers.hpp"
#include "config/sections.hpp"
#include "config/station_checks.hpp"
#include "graph/plan.hpp"
#include "station/step_model.hpp"
#include "store/open.hpp"

namespace sluice::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using base::ErrorCode;

/// Crops of one image that may wait, where the step does not limit them.
constexpr std::uint32_t kCrops = 1024;

std::string sha256(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string out;
  for (unsigned i = 0; i < size; ++i) out += fmt::format("{:02x}", digest.at(i));
  return out;
}

const config::ModelConfig* model_config(const config::Config& config, const std::string& name) {
  const auto found = std::ranges::find_if(
      config.models, [&](const auto& model) { return model.options.name == name; });
  return found == config.models.end() ? nullptr : &*found;
}

bool is_live(const camera::SourceOptions& source) {
  return std::holds_alternative<camera::DeviceOptions>(source) ||
         std::holds_alternative<camera::PiOptions>(source) ||
         std::holds_alternative<camera::StreamOptions>(source) ||
         std::holds_alternative<camera::GstreamerOptions>(source);
}

const char* source_type(const camera::SourceOptions& source) {
  constexpr std::array kTypes{"images",    "video", "device", "pi",  "stream",
                              "gstreamer", "push",  "mqtt",   "ble", "pattern"};
  static_assert(kTypes.size() == std::variant_size_v<camera::SourceOptions>);
  return kTypes.at(source.index());
}

/// A push camera that the station opens, and that requests reach.
class SharedPush final : public camera::Camera {
 public:
  explicit SharedPush(std::shared_ptr<camera::PushCamera> camera) : camera_(std::move(camera)) {}
  base::Result<std::optional<camera::Sample>> next(base::Duration timeout) override {
    return camera_->next(timeout);
  }
  void interrupt() override { camera_->interrupt(); }
  [[nodiscard]] camera::Statistics statistics() const override { return camera_->statistics(); }

 private:
  std::shared_ptr<camera::PushCamera> camera_;
};

base::Result<station::CameraOptions> build_camera(const config::StationCameraConfig& camera,
                                                  const config::StationConfig& station,
                                                  SharedParts& parts, const base::Clock& clock) {
  station::CameraOptions out;
  out.name = camera.name;
  out.source = source_type(camera.source.options);
  out.live = is_live(camera.source.options);
  camera::CameraOptions options;
  options.name = camera.name;
  options.source = camera.source.options;
  options.frames = camera.frames;
  options.timeout = station.capture_timeout;
  // In item mode every image of a folder or video is an item's, whatever time has gone by.
  if (auto* video = std::get_if<camera::VideoOptions>(&options.source);
      video != nullptr && station.mode == station::Mode::item) {
    video->pace = camera::VideoOptions::Pace::asap;
  }
  if (std::holds_alternative<camera::PushOptions>(options.source)) {
    auto push = std::make_shared<camera::PushCamera>(options.name, options.frames, options.buffer);
    out.push = [push](camera::Sample sample) { return push->push(std::move(sample)); };
    out.open = [push]() -> base::Result<std::unique_ptr<camera::Camera>> {
      return std::make_unique<SharedPush>(push);
    };
    return out;
  }
  camera::Parts made_with;
  if (!camera.source.broker.empty()) {
    auto broker = parts.broker(camera.source.broker);
    if (!broker) return tl::unexpected(broker.error());
    made_with.mqtt = std::move(*broker);
  }
  out.open = [options, made_with, &clock] { return camera::open(options, clock, made_with); };
  return out;
}

/// The graph and rules of a camera. nullopt: a model is not loaded.
base::Result<std::optional<station::InspectionPlan>> build_inspection(
    const config::StationCameraConfig& camera, const std::string& station,
    const config::Config& config, const schedule::SchedulerOptions& scheduler,
    const std::vector<std::shared_ptr<model::Model>>& models) {
  station::InspectionPlan out;
  out.rules = camera.rules;
  if (camera.steps.empty()) return out;
  std::vector<graph::StepOptions> steps;
  std::map<std::string, station::StepModel> by_name;
  std::vector<rules::StepLabels> labels;
  for (const auto& step : camera.steps) {
    const auto task =
        std::ranges::find(scheduler.tasks, step_task_name(station, camera.name, step.options.name),
                          &schedule::TaskOptions::name);
    const auto* model = model_config(config, step.model);
    if (task == scheduler.tasks.end() || model == nullptr) {
      spdlog::warn("station {} waits for model {}", station, step.model);
      return std::nullopt;
    }
    const auto in_step = [&](const base::Error& error) {
      return tl::unexpected(base::with_context(
          fmt::format("camera {}, step {}", camera.name, step.options.name), error));
    };
    auto post = config::load_postprocess(*model);
    if (!post) return in_step(post.error());
    auto bound = station::bind(model->preprocess, *post, models[task->model]->info());
    if (!bound) return in_step(bound.error());
    labels.push_back({step.options.name, config::labels_of(*post)});
    by_name.emplace(step.options.name, std::move(*bound));
    steps.push_back(step.options);
    steps.back().task = static_cast<schedule::TaskId>(task - scheduler.tasks.begin());
  }
  auto plan = graph::Plan::create(steps);
  if (!plan) return tl::unexpected(plan.error());
  if (!camera.rules.rules.empty()) {
    if (auto good = rules::check(camera.rules, labels); !good) {
      return tl::unexpected(base::with_context("camera " + camera.name, good.error()));
    }
  }
  station::StepModels ordered;
  for (const auto& step : plan->steps())
    ordered.push_back(std::move(by_name.at(step.options.name)));
  out.graph = std::make_shared<const graph::Plan>(std::move(*plan));
  out.models = std::make_shared<const station::StepModels>(std::move(ordered));
  return out;
}

base::Status open_stores(const config::StationConfig& station, const config::Config& config,
                         SharedParts& parts, station::StationOptions& out) {
  const fs::path state(config.state);
  const auto key_of = [&](const char* key) {
    const auto* value = station.document.if_contains(key);
    return value == nullptr ? std::string() : base::to_json(*value) + station.file;
  };
  if (!station.images || station.images->keep) {
    store::BlobStoreOptions options;
    options.place = store::FilesystemOptions{state / "images"};
    if (station.images) {
      options = station.images->options;
      out.jpeg_quality = station.images->jpeg_quality;
    }
    auto store = parts.blobs(options, key_of("images"));
    if (!store) return tl::unexpected(base::with_context("images", store.error()));
    out.images = std::move(*store);
  }
  store::RecordStoreOptions options;
  options.place = store::SqliteOptions{state / "records.db"};
  if (station.records) options = *station.records;
  auto store = parts.records(options, key_of("records"));
  if (!store) return tl::unexpected(base::with_context("records", store.error()));
  out.records = std::move(*store);
  return {};
}

/// nullopt: it waits for a model.
base::Result<std::optional<station::StationSet::One>> build_station(
    const config::StationConfig& station, const config::Config& config,
    const schedule::SchedulerOptions& scheduler,
    const std::vector<std::shared_ptr<model::Model>>& models, SharedParts& parts,
    const base::Clock& clock) {
  station::StationSet::One out;
  auto& options = out.options;
  options.name = station.name;
  options.mode = station.mode;
  options.run = station.run;
  options.budget = station.latency_budget;
  options.queue = station.queue;
  options.capture_timeout = station.capture_timeout;
  options.rule = station.rule;
  options.event = station.event;
  options.configuration = station.document;
  options.digest = sha256(base::to_json(station.document));
  for (const auto& camera : station.cameras) {
    auto plan = build_inspection(camera, station.name, config, scheduler, models);
    if (!plan) return tl::unexpected(plan.error());
    if (!*plan) return std::nullopt;
    out.plans.push_back(std::move(**plan));
    auto source = build_camera(camera, station, parts, clock);
    if (!source) return tl::unexpected(base::with_context("camera " + camera.name, source.error()));
    options.cameras.push_back(std::move(*source));
  }
  if (auto opened = open_stores(station, config, parts, options); !opened) {
    return tl::unexpected(opened.error());
  }
  if (auto added = add_triggers(station, parts, options); !added) {
    return tl::unexpected(added.error());
  }
  return out;
}

template <class T>
json::array names_of(const config::Type<T>& kinds) {
  json::array names;
  for (const auto& kind : kinds.description->choices) names.emplace_back(kind.name);
  return names;
}

json::object inventory_of(const config::Config& config) {
  constexpr std::array kCategories{"values",           "classification",   "object_detection",
                                   "object_detection", "text_recognition", "text_detection"};
  static_assert(kCategories.size() == std::variant_size_v<vision::post::PostProcess>);
  json::object models;
  for (const auto& model : config.models) {
    models[model.options.name] = {{"category", kCategories.at(model.postprocess.options.index())}};
  }
  return {{"cameras", names_of(config::camera_source_type())},
          {"models", std::move(models)},
          {"camera_rules", names_of(config::camera_rule_type())},
          {"item_rules", names_of(config::item_rule_type())}};
}

/// Out of the map while it is in use; else made.
template <class Store, class Open>
base::Result<std::shared_ptr<Store>> shared(std::map<std::string, std::weak_ptr<Store>>& all,
                                            const std::string& key, const Open& open) {
  if (auto known = all[key].lock()) return known;
  auto made = open();
  if (!made) return tl::unexpected(made.error());
  std::shared_ptr<Store> store = std::move(*made);
  all[key] = store;
  return store;
}

}  // namespace

std::string step_task_name(const std::string& station, const std::string& camera,
                           const std::string& step) {
  return fmt::format("{}.{}.{}", station, camera, step);
}

std::vector<serve::PlannedTask> step_tasks(const config::Config& config) {
  std::vector<serve::PlannedTask> tasks;
  for (const auto& station : config.stations) {
    for (const auto& camera : station.cameras) {
      for (const auto& step : camera.steps) {
        serve::PlannedTask task;
        task.options.name = step_task_name(station.name, camera.name, step.options.name);
        task.options.priority = station.priority;
        task.options.latency_budget = station.latency_budget;
        const auto crops = step.options.crop ? step.options.crop->max_crops : 1;
        task.options.queue_capacity = crops == 0 ? kCrops : std::max(crops * 2, 16U);
        task.model = step.model;
        task.offered = false;
        tasks.push_back(std::move(task));
      }
    }
  }
  return tasks;
}

base::Result<std::shared_ptr<store::BlobStore>> SharedParts::blobs(
    const store::BlobStoreOptions& options, const std::string& key) {
  const std::scoped_lock lock(mutex_);
  return shared(blobs_, key, [&] { return store::open_blob_store(options, clock_); });
}

base::Result<std::shared_ptr<store::RecordStore>> SharedParts::records(
    const store::RecordStoreOptions& options, const std::string& key) {
  const std::scoped_lock lock(mutex_);
  return shared(records_, key, [&] { return store::open_record_store(options, clock_); });
}

base::Result<std::shared_ptr<mqtt::Client>> SharedParts::broker(const std::string& url) {
  const std::scoped_lock lock(mutex_);
  return shared(brokers_, url, [&]() -> base::Result<std::unique_ptr<mqtt::Client>> {
    return mqtt::Client::start(broker_options(url));
  });
}

base::Result<station::StationSet> build_stations(
    const config::Config& config, const schedule::SchedulerOptions& scheduler,
    const std::vector<std::shared_ptr<model::Model>>& models, SharedParts& parts,
    const base::Clock& clock) {
  station::StationSet set;
  set.inventory = inventory_of(config);
  for (const auto& station : config.stations) {
    auto built = build_station(station, config, scheduler, models, parts, clock);
    if (!built) {
      return tl::unexpected(base::with_context("station " + station.name, built.error()));
    }
    if (*built) set.stations.push_back(std::move(**built));
  }
  return set;
}

}  // namespace sluice::cli
