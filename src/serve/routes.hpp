// Names in requests, and what they mean in one generation.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/repository.hpp"
#include "schedule/options.hpp"
#include "serve/catalog.hpp"
#include "serve/plan.hpp"
#include "serve/service.hpp"

namespace sluice::serve {

/// A version that is loaded.
struct ServedVersion {
  std::string name;
  std::string version;
  std::shared_ptr<model::Model> model;
  std::map<std::string, std::vector<std::string>> labels;
  std::vector<schedule::TaskId> tasks;  ///< that clients can name, the default one first
};

/// Where a request goes.
struct Route {
  const ServedVersion* served = nullptr;
  schedule::TaskId task = 0;
};

/// The models and tasks of one generation, by the names that clients use. Immutable.
class Routes {
 public:
  /// Tasks whose model is not loaded are left out. A version without a task for clients gets one:
  /// named like the model (where that name is free, else NAME:VERSION), with the options of the
  /// model's first task for clients, or else the default ones. Error: a task or fallback that the
  /// plan does not have.
  static base::Result<Routes> create(const Plan& plan, const Catalog& catalog);

  /// The plan's scheduler section with these models and tasks. Without models: nothing to run.
  [[nodiscard]] const schedule::SchedulerOptions& scheduler() const { return scheduler_; }
  /// In the order of the scheduler's models.
  [[nodiscard]] const std::vector<ServedVersion>& versions() const { return versions_; }

  /// `name`: a model's or a task's; `version` empty: the newest; `task` empty: the model's default
  /// one. Errors: not_found; invalid: the task is another model's, or not for clients.
  [[nodiscard]] base::Result<Route> find(const std::string& name, const std::string& version,
                                         const std::string& task) const;
  /// Versions of a model, oldest first; empty: there is no such model here.
  [[nodiscard]] std::vector<const ServedVersion*> of_model(const std::string& name) const;
  [[nodiscard]] const std::string& task_name(schedule::TaskId task) const;

 private:
  explicit Routes(const Plan& plan) : scheduler_(plan.scheduler) {}
  void add_versions(const Catalog& catalog);
  base::Status add_tasks(const Plan& plan);
  void add_implicit_tasks(const Plan& plan);
  [[nodiscard]] const ServedVersion* target(const std::string& model) const;
  [[nodiscard]] const ServedVersion* version_of(const std::string& name,
                                                const std::string& version) const;

  schedule::SchedulerOptions scheduler_;
  std::vector<ServedVersion> versions_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> models_;  ///< into versions_
  std::map<std::string, schedule::TaskId, std::less<>> tasks_;           ///< for clients
};

}  // namespace sluice::serve
