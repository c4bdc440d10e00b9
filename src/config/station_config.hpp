// What a configuration says about stations.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/json/object.hpp>

#include "action/command_action.hpp"
#include "action/filter.hpp"
#include "action/gpio_action.hpp"
#include "action/log_action.hpp"
#include "action/mqtt_action.hpp"
#include "action/ndjson_file.hpp"
#include "action/queue.hpp"
#include "action/webhook_action.hpp"
#include "base/time.hpp"
#include "camera/options.hpp"
#include "graph/step_options.hpp"
#include "rules/camera.hpp"
#include "rules/item_rule.hpp"
#include "rules/temporal.hpp"
#include "station/options.hpp"
#include "store/options.hpp"
#include "vision/post/post_process.hpp"

namespace sluice::config {

/// What a model's outputs mean, as written: the labels are still in their file.
struct PostProcessConfig {
  vision::post::PostProcess options;
  std::string labels;  ///< file of labels or keys, one a line; empty: none
};

struct StepConfig {
  graph::StepOptions options;  ///< without `task`
  std::string model;
  bool full_image = false;  ///< although it depends on others
};

struct SourceTypeConfig {
  camera::SourceOptions options = camera::ImagesOptions{};
  std::string broker;  ///< mqtt: a URL
};

struct StationCameraConfig {
  std::string name;
  SourceTypeConfig source;
  camera::Frames frames = camera::Frames::latest;
  std::vector<StepConfig> steps;
  rules::CameraOptions rules;  ///< may be empty
};

struct ImagesConfig {
  bool keep = true;  ///< false: `type: none`
  store::BlobStoreOptions options;
  int jpeg_quality = 90;
};

struct ActionConfig {
  std::string name;    ///< empty: its type
  std::string broker;  ///< mqtt: a URL, with user and password
  std::variant<action::LogOptions, action::MqttOptions, action::WebhookOptions,
               action::CommandOptions, action::GpioOptions, action::NdjsonFileOptions,
               store::PostgresqlOptions>
      options;
  action::FilterOptions filter;
  action::QueueOptions queue;
};

/// "log", "mqtt", ...: what an action without a name is called.
[[nodiscard]] const char* action_type_name(const ActionConfig& action);

struct RetentionConfig {
  base::Duration age = base::kForever;
  base::Duration ko_age = base::kForever;
  std::uint64_t bytes = 0;  ///< of the images; 0: no limit
};

/// What else triggers a station, beside the API.
struct TriggerConfig {
  enum class Kind { timer, mqtt, line, station };
  Kind kind = Kind::timer;
  base::Duration every = base::kForever;  ///< timer
  std::string broker, topic;              ///< mqtt
  std::string chip;                       ///< line: "/dev/gpiochip0"
  std::uint32_t line = 0;
  bool rising = true;
  station::After after;  ///< station
};

struct StationConfig {
  std::string name;
  std::string file;  ///< its own, of `station_files`; empty: it stands in the configuration
  station::Mode mode = station::Mode::item;
  station::Run run = station::Run::always;
  std::int32_t priority = 0;
  base::Duration latency_budget = base::kForever;
  std::uint32_t queue = 64;
  base::Duration capture_timeout{std::chrono::seconds(5)};
  std::vector<TriggerConfig> triggers;
  std::vector<StationCameraConfig> cameras;
  std::optional<rules::ItemRule> rule;
  rules::TemporalOptions event;
  std::optional<ImagesConfig> images;                ///< unset: below the state folder
  std::optional<store::RecordStoreOptions> records;  ///< unset: in the state folder
  RetentionConfig retention;
  std::vector<ActionConfig> actions;
  boost::json::object document;  ///< as written, without secrets
};

}  // namespace sluice::config
