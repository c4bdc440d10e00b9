// What the daemon shall run: one configuration, read and checked, nothing loaded yet.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "backend/model_options.hpp"
#include "base/result.hpp"
#include "model/repository.hpp"
#include "monitor/monitor.hpp"
#include "monitor/watcher.hpp"
#include "runtime/engine.hpp"
#include "schedule/options.hpp"
#include "serve/options.hpp"
#include "telemetry/journal.hpp"

namespace sluice::serve {

struct PlannedModel {
  /// `path` is a model file (then its version is "1") or a folder with one numeric folder per
  /// version, each with a model.onnx (NAME/1/model.onnx).
  backend::ModelOptions options;
  /// Of a folder: the versions to serve; empty: all that are there.
  std::vector<std::string> versions;
  /// Class names by output name, for the classification extension.
  std::map<std::string, std::vector<std::string>> labels;
  std::vector<schedule::SlotId> slots;  ///< empty: all
  /// Time of a batch of n, base + n * per_item, used unless the warm-up measures it.
  base::Duration profile_base{0};
  base::Duration profile_per_item{0};
};

struct PlannedTask {
  schedule::TaskOptions options;  ///< without `model` and `degrade_to`
  std::string model;              ///< "NAME": its newest version; or "NAME:VERSION"
  std::string degrade_to;         ///< another task's name; empty: none
  bool offered = true;            ///< clients may name it; false: a source feeds it
};

/// What submits requests from inside the daemon (cameras, files). Destroying it ends that: no
/// call of the engine afterwards.
class Sources {
 public:
  virtual ~Sources() = default;
  /// Called once, when the engine is in force.
  virtual void start(runtime::Engine& engine) = 0;
};

/// Opens the sources of one generation: before its engine exists, so that `scheduler.tasks`
/// (found by name; a task whose model is not ready is absent) can be given their periods.
/// `models` are in the order of the scheduler's. The sources before are destroyed after start()
/// of the new ones, before their own engine drains. Error: the generation is rejected.
using OpenSources = std::function<base::Result<std::unique_ptr<Sources>>(
    schedule::SchedulerOptions& scheduler,
    const std::vector<std::shared_ptr<model::Model>>& models)>;

struct Plan {
  std::string name;  ///< of the node
  /// Complete but for `models` and `tasks`; `slots` at least 1.
  schedule::SchedulerOptions scheduler;
  runtime::EngineOptions engine;  ///< without `scheduler` and `on_fault`
  std::vector<PlannedModel> models;
  /// Beside `models`: a folder with NAME.onnx, NAME/model.onnx or NAME/VERSION/model.onnx; empty:
  /// none. What is there at the start is loaded, later additions on request.
  std::string model_folder;
  /// For the models of that folder; name and path are filled in.
  backend::ModelOptions folder_options;
  std::vector<PlannedTask> tasks;
  DefaultTask default_task;
  base::Duration grace{std::chrono::seconds(10)};          ///< for generations that are replaced
  base::Duration watch_interval{std::chrono::seconds(2)};  ///< see ServeOptions
  telemetry::JournalOptions journal;
  monitor::WatcherOptions watcher;  ///< interval kForever: no monitor
  monitor::MonitorOptions monitor;
  OpenSources open_sources;           ///< may be empty
  boost::json::object configuration;  ///< to be shown to operators; without secrets
  /// Called once a reload has put the plan in force, for what changes with it; may be empty.
  std::function<void()> in_force;
};

}  // namespace sluice::serve
