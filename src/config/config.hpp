// The configuration of a run, as one file describes it: the option structs of the modules, plus
// what ties them together.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "backend/backend.hpp"
#include "base/time.hpp"
#include "config/station_config.hpp"
#include "monitor/monitor.hpp"
#include "monitor/watcher.hpp"
#include "pipeline/source.hpp"
#include "runtime/engine.hpp"
#include "schedule/options.hpp"
#include "serve/options.hpp"
#include "simulate/workload.hpp"
#include "telemetry/journal.hpp"
#include "vision/preprocess_options.hpp"

namespace sluice::config {

/// Time of a batch of n: base + n * per_item. Both zero: not known.
struct Profile {
  base::Duration base{0};
  base::Duration per_item{0};
};

struct ModelConfig {
  backend::ModelOptions options;
  vision::PreprocessOptions preprocess;
  PostProcessConfig postprocess;  ///< for stations
  Profile profile;
  std::vector<schedule::SlotId> slots;  ///< empty: all
  /// Of a `path` that is a folder of versions: those to serve; empty: all.
  std::vector<std::uint64_t> versions;
  /// Files of class names, one a line, by output, for the classification extension.
  std::map<std::string, std::string> labels;
};

struct SourceConfig {
  pipeline::SourceOptions options;
  std::string trace;  ///< CSV file of arrival times; read by load_traces()
};

struct TaskConfig {
  /// `model` and `degrade_to` are filled in from the names (a model of the folder `serve.models`
  /// has no index: kNone); `period` is left to who opens the source (or simulates it).
  schedule::TaskOptions options;
  std::string model;
  std::string degrade_to;
  SourceConfig source;
};

/// One row of a comparison.
struct Variant {
  std::string name;
  /// The file's `scheduler` section with this variant's keys put over it (no tasks, no models).
  schedule::SchedulerOptions scheduler;
};

struct CompareConfig {
  std::vector<Variant> policies;  ///< never empty after loading
  std::uint32_t seeds = 1;
  base::Duration duration = base::kForever;
  simulate::Estimates estimates = simulate::Estimates::learned;
  double estimate_error = 0;
};

struct EngineConfig {
  /// Without `scheduler`.
  runtime::EngineOptions options;
  /// How long running and queued requests may take after the sources ended or a signal came.
  base::Duration grace{std::chrono::seconds(5)};
};

struct ReportConfig {
  std::string json;  ///< empty: none
  std::string html;
};

struct MonitorConfig {
  monitor::WatcherOptions watcher;  ///< interval kForever: no monitor
  monitor::MonitorOptions options;
};

struct ServeConfig {
  serve::ServeOptions options;
  std::string models;  ///< folder of models; empty: only those of the file
};

/// Whether its post-processing gives boxes with classes: yolo or ssd.
[[nodiscard]] bool gives_boxes(const ModelConfig& model);

/// `scheduler.slots` before resolve_slots(): as many as the machine offers.
inline constexpr std::uint32_t kAutoSlots = 0;

/// The scheduler section of an empty file.
[[nodiscard]] inline schedule::SchedulerOptions default_scheduler() {
  schedule::SchedulerOptions options;
  options.slots = kAutoSlots;
  return options;
}

struct Config {
  std::string name;  ///< `node.name`, else the file's name without its extension
  std::vector<ModelConfig> models;
  std::vector<TaskConfig> tasks;
  /// `slots` may be kAutoSlots; `models` and `tasks` are empty: see scheduler_options().
  schedule::SchedulerOptions scheduler = default_scheduler();
  EngineConfig engine;
  telemetry::JournalOptions journal;
  ReportConfig report;
  MonitorConfig monitor;
  CompareConfig compare;
  ServeConfig serve;
  std::vector<StationConfig> stations;  ///< those of `station_files` after those of the file
  std::string station_files;            ///< folder of stations, one file each; empty: none
  std::string state = "sluice-state";   ///< folder for what must survive a crash
};

/// The slots to use on a machine with `cores` cores: as configured, or for `auto` as many
/// instances as fit the cores with the threads of the widest model, at least 1.
[[nodiscard]] std::uint32_t resolve_slots(const Config& config, unsigned cores);

/// Everything a Scheduler needs: the scheduler section with slots, models and tasks.
[[nodiscard]] schedule::SchedulerOptions scheduler_options(const Config& config, unsigned cores);

/// For what works with the file's own models only, as `run` and `compare` do. Error: there are no
/// models or tasks, or a task wants a model of the folder `serve.models`.
[[nodiscard]] base::Status needs_no_folder(const Config& config);

/// Reads the traces that sources name into their arrival times. Error: the first that cannot be
/// read, with the task's place.
[[nodiscard]] base::Status load_traces(Config& config);

}  // namespace sluice::config
