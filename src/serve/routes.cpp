#include "serve/routes.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace sluice::serve {

using base::ErrorCode;
using base::fail;

base::Result<Routes> Routes::create(const Plan& plan, const Catalog& catalog) {
  Routes routes(plan);
  routes.scheduler_.models.clear();
  routes.scheduler_.tasks.clear();
  routes.add_versions(catalog);
  if (auto added = routes.add_tasks(plan); !added) return tl::unexpected(added.error());
  routes.add_implicit_tasks(plan);
  return routes;
}

void Routes::add_versions(const Catalog& catalog) {
  for (const ModelVersion& entry : catalog) {
    if (entry.model == nullptr) continue;
    const backend::ModelOptions& options = entry.planned.options;
    const model::Profile& profile = entry.model->profile();
    const bool measured = profile.base.count() > 0 || profile.per_item.count() > 0;
    schedule::ModelOptions model;
    model.name = options.name;
    model.max_batch = options.max_batch;
    model.instances = options.instances;
    model.slots = entry.planned.slots;
    model.profile_base = measured ? profile.base : entry.planned.profile_base;
    model.profile_per_item = measured ? profile.per_item : entry.planned.profile_per_item;
    models_[entry.name].push_back(versions_.size());
    versions_.push_back({entry.name, entry.version, entry.model, entry.planned.labels, {}});
    scheduler_.models.push_back(std::move(model));
  }
}

const ServedVersion* Routes::version_of(const std::string& name, const std::string& version) const {
  const auto found = models_.find(name);
  if (found == models_.end()) return nullptr;
  if (version.empty()) return &versions_[found->second.back()];
  for (const std::size_t index : found->second) {
    if (versions_[index].version == version) return &versions_[index];
  }
  return nullptr;
}

const ServedVersion* Routes::target(const std::string& model) const {
  if (const auto* newest = version_of(model, {})) return newest;
  const auto colon = model.rfind(':');
  if (colon == std::string::npos) return nullptr;
  return version_of(model.substr(0, colon), model.substr(colon + 1));
}

base::Status Routes::add_tasks(const Plan& plan) {
  std::vector<const PlannedTask*> taken;
  for (const PlannedTask& task : plan.tasks) {
    const ServedVersion* served = target(task.model);
    if (served == nullptr) continue;
    const auto id = static_cast<schedule::TaskId>(taken.size());
    const auto model = served - versions_.data();
    schedule::TaskOptions options = task.options;
    options.model = static_cast<schedule::ModelId>(model);
    scheduler_.tasks.push_back(std::move(options));
    taken.push_back(&task);
    if (!task.offered) continue;
    tasks_[task.options.name] = id;
    versions_[static_cast<std::size_t>(model)].tasks.push_back(id);
  }
  for (std::size_t i = 0; i < taken.size(); ++i) {
    schedule::TaskOptions& options = scheduler_.tasks[i];
    if (options.on_shed != schedule::OnShed::degrade) continue;
    const auto named = [&](const PlannedTask& task) {
      return task.options.name == taken[i]->degrade_to;
    };
    if (std::ranges::none_of(plan.tasks, named)) {
      return fail(ErrorCode::invalid, "task '{}': degrade_to: there is no task '{}'", options.name,
                  taken[i]->degrade_to);
    }
    const auto found =
        std::ranges::find_if(taken, [&](const PlannedTask* task) { return named(*task); });
    if (found == taken.end()) {  // its model is not loaded: nobody can take the request over
      options.on_shed = schedule::OnShed::drop;
    } else {
      options.degrade_to = static_cast<schedule::TaskId>(found - taken.begin());
    }
  }
  return {};
}

void Routes::add_implicit_tasks(const Plan& plan) {
  std::set<std::string> names;
  for (const PlannedTask& task : plan.tasks) names.insert(task.options.name);
  for (const auto& [name, indices] : models_) {
    schedule::TaskOptions options;
    options.priority = plan.default_task.priority;
    options.latency_budget = plan.default_task.latency_budget;
    options.queue_capacity = plan.default_task.queue_capacity;
    for (const std::size_t index : indices) {
      if (versions_[index].tasks.empty()) continue;
      const auto& own = scheduler_.tasks[versions_[index].tasks.front()];
      options.priority = own.priority;
      options.latency_budget = own.latency_budget;
      options.queue_capacity = own.queue_capacity;
      options.on_full = own.on_full;
      options.weight = own.weight;
    }
    for (const std::size_t index : indices) {
      ServedVersion& served = versions_[index];
      if (!served.tasks.empty()) continue;
      options.name = index == indices.back() && !names.contains(name)
                         ? name
                         : fmt::format("{}:{}", name, served.version);
      options.model = static_cast<schedule::ModelId>(index);
      const auto id = static_cast<schedule::TaskId>(scheduler_.tasks.size());
      tasks_[options.name] = id;
      served.tasks.push_back(id);
      scheduler_.tasks.push_back(options);
    }
  }
}

base::Result<Route> Routes::find(const std::string& name, const std::string& version,
                                 const std::string& task) const {
  const bool is_model = models_.contains(name);
  const auto by_name = is_model ? tasks_.end() : tasks_.find(name);
  if (!is_model && by_name == tasks_.end()) {
    return fail(ErrorCode::not_found, "there is no model '{}'", name);
  }
  if (!is_model && (task.empty() || task == name)) {
    const auto& served = versions_[scheduler_.tasks[by_name->second].model];
    if (version.empty() || version == served.version) return Route{&served, by_name->second};
    return fail(ErrorCode::not_found, "task '{}' runs version {} of model '{}', not {}", name,
                served.version, served.name, version);
  }
  const std::string& model =
      is_model ? name : versions_[scheduler_.tasks[by_name->second].model].name;
  if (task.empty()) {
    const ServedVersion* served = version_of(model, version);
    if (served != nullptr) return Route{served, served->tasks.front()};
    return fail(ErrorCode::not_found, "model '{}' has no version {} that is ready", model, version);
  }
  const auto found = tasks_.find(task);
  if (found == tasks_.end()) {
    return fail(ErrorCode::not_found, "there is no task '{}' that clients can name", task);
  }
  const ServedVersion& served = versions_[scheduler_.tasks[found->second].model];
  if (served.name != model || (!version.empty() && served.version != version)) {
    return fail(ErrorCode::invalid, "task '{}' runs version {} of model '{}', not {}{}", task,
                served.version, served.name, model, version.empty() ? "" : ":" + version);
  }
  return Route{&served, found->second};
}

std::vector<const ServedVersion*> Routes::of_model(const std::string& name) const {
  std::vector<const ServedVersion*> versions;
  if (const auto found = models_.find(name); found != models_.end()) {
    for (const std::size_t index : found->second) versions.push_back(&versions_[index]);
  }
  return versions;
}

const std::string& Routes::task_name(schedule::TaskId task) const {
  return scheduler_.tasks[task].name;
}

}  // namespace sluice::serve
