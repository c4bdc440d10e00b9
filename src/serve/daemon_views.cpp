// What a daemon tells about itself.
#include <algorithm>
#include <utility>

#include "serve/answer.hpp"
#include "serve/daemon_impl.hpp"

namespace sluice::serve {

using base::ErrorCode;
using base::fail;

namespace {

constexpr const char* kQuarantined = "every instance is out of service after failures";

const ServedVersion* served_as(const Generation& generation, const ModelStatus& status) {
  for (const ServedVersion* served : generation.routes().of_model(status.name)) {
    if (served->version == status.version) return served;
  }
  return nullptr;
}

}  // namespace

std::shared_ptr<Generation> DaemonImpl::current() const {
  const std::scoped_lock lock(mutex_);
  return current_;
}

DaemonImpl::Snapshot DaemonImpl::snapshot() const {
  const std::scoped_lock lock(mutex_);
  return {current_, retiring_, shown_, draining_, configuration_error_};
}

ServerInfo DaemonImpl::info() const {
  ServerInfo info;
  info.version = SLUICE_VERSION;
  info.extensions = {"binary_tensor_data", "classification",  "deadline",  "model_repository",
                     "parameters",         "schedule_policy", "statistics"};
  return info;
}

std::vector<ModelStatus> DaemonImpl::statuses_in(const Snapshot& now) {
  std::vector<ModelStatus> statuses;
  for (const Shown& shown : now.shown) {
    ModelStatus status = shown.status;
    const ServedVersion* served =
        now.current != nullptr ? served_as(*now.current, status) : nullptr;
    if (status.state == ModelState::ready && served != nullptr &&
        now.current->in_service(*served) == 0) {
      status.state = ModelState::unavailable;
      status.reason = kQuarantined;
    }
    const bool leaving = std::ranges::any_of(now.retiring, [&](const auto& generation) {
      return served_as(*generation, status) != nullptr;
    });
    if (status.state == ModelState::unavailable && served == nullptr && leaving) {
      status.state = ModelState::unloading;
    }
    statuses.push_back(std::move(status));
  }
  return statuses;
}

std::string DaemonImpl::reason_in(const Snapshot& now) {
  if (now.draining) return "the server is shutting down";
  if (now.current == nullptr) {
    return now.configuration_error.empty() ? "the models are being loaded"
                                           : now.configuration_error;
  }
  const auto statuses = statuses_in(now);
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    if (!now.shown[i].wanted || statuses[i].state == ModelState::ready) continue;
    return fmt::format("model '{}'{}{}: {}", statuses[i].name,
                       statuses[i].version.empty() ? "" : " version ", statuses[i].version,
                       statuses[i].reason);
  }
  return {};
}

bool DaemonImpl::ready() const {
  return reason_in(snapshot()).empty();
}

std::string DaemonImpl::not_ready_reason() const {
  return reason_in(snapshot());
}

std::vector<ModelStatus> DaemonImpl::models() const {
  return statuses_in(snapshot());
}

base::Result<ModelDescription> DaemonImpl::model(const std::string& name,
                                                 const std::string& version) const {
  std::shared_ptr<Generation> current;
  {
    const std::scoped_lock lock(mutex_);
    current = current_;
    if (current == nullptr) return fail(ErrorCode::unavailable, "the models are being loaded");
    if (const auto route = current->routes().find(name, version, {}); !route) {
      const Refusal refusal = missing(name, route.error());
      return fail(
          refusal.status == Status::unavailable ? ErrorCode::unavailable : route.error().code, "{}",
          refusal.message);
    }
  }
  const Routes& routes = current->routes();
  const auto route = routes.find(name, version, {});
  const ServedVersion& served = *route->served;
  if (current->in_service(served) == 0) {
    return fail(ErrorCode::unavailable, "model '{}': {}", served.name, kQuarantined);
  }
  ModelDescription description;
  description.name = served.name;
  description.version = served.version;
  for (const ServedVersion* each : routes.of_model(served.name)) {
    description.versions.push_back(each->version);
  }
  description.info = served.model->info();
  description.platform = description.info.backend == "onnxruntime"
                             ? "onnxruntime_onnx"
                             : "sluice_" + description.info.backend;
  description.max_batch = served.model->options().max_batch;
  description.labels = served.labels;
  for (const schedule::TaskId task : served.tasks) {
    description.tasks.push_back(routes.task_name(task));
  }
  return description;
}

base::Result<std::vector<ModelStatistics>> DaemonImpl::statistics(
    const std::string& name, const std::string& version) const {
  const auto current = this->current();
  std::string wanted = name;
  if (!name.empty() && current != nullptr) {
    if (const auto route = current->routes().find(name, version, {})) wanted = route->served->name;
  }
  auto all = observer_.statistics();
  if (current != nullptr) {
    for (const ServedVersion& served : current->routes().versions()) {
      const bool listed = std::ranges::any_of(all, [&](const ModelStatistics& each) {
        return each.name == served.name && each.version == served.version;
      });
      if (listed) continue;
      ModelStatistics none;
      none.name = served.name;
      none.version = served.version;
      all.push_back(std::move(none));
    }
  }
  std::erase_if(all, [&](const ModelStatistics& each) {
    return (!wanted.empty() && each.name != wanted) ||
           (!version.empty() && each.version != version);
  });
  if (all.empty() && !name.empty()) {
    return fail(ErrorCode::not_found, "there is no model '{}'{}{}", name,
                version.empty() ? "" : " version ", version);
  }
  return all;
}

ServiceState DaemonImpl::state() const {
  const Snapshot now = snapshot();
  ServiceState state;
  state.not_ready_reason = reason_in(now);
  state.ready = state.not_ready_reason.empty();
  state.generation = now.current != nullptr ? now.current->number() : 0;
  state.configuration_error = now.configuration_error;
  for (ModelStatus& status : statuses_in(now)) {
    ServiceState::Model model;
    if (now.current != nullptr) {
      if (const ServedVersion* served = served_as(*now.current, status)) {
        model.provider = served->model->info().provider;
        model.instances = static_cast<std::uint32_t>(served->model->instances());
        model.instances_available = static_cast<std::uint32_t>(now.current->in_service(*served));
      }
    }
    model.status = std::move(status);
    state.models.push_back(std::move(model));
  }
  return state;
}

std::string DaemonImpl::metrics() const {
  return observer_.metrics(state());
}

boost::json::object DaemonImpl::live_view() const {
  return observer_.live(state());
}

boost::json::object DaemonImpl::decisions(const std::string& task, const std::string& end,
                                          std::size_t limit) const {
  return observer_.decisions(task, end, limit);
}

base::Result<boost::json::object> DaemonImpl::explain(const std::string& decision) const {
  return observer_.explain(decision);
}

base::Result<boost::json::object> DaemonImpl::what_if(const boost::json::object& settings) const {
  schedule::SchedulerOptions options = observer_.recorded_options();
  if (const auto* policy = settings.if_contains("policy")) {
    const auto kind = policy->is_string() ? schedule::policy_from(std::string(policy->get_string()))
                                          : std::nullopt;
    if (!kind) return fail(ErrorCode::invalid, "policy: give the name of one, for example \"edf\"");
    options.policy = *kind;
  }
  if (const auto* set = settings.if_contains("set")) {
    const auto* list = set->if_array();
    if (list == nullptr) {
      return fail(ErrorCode::invalid, "set: give a list of settings \"KEY=VALUE\"");
    }
    for (const auto& item : *list) {
      if (!item.is_string()) {
        return fail(ErrorCode::invalid, "set: give a list of settings \"KEY=VALUE\"");
      }
      auto applied = hooks_.apply_setting(options, std::string(item.get_string()));
      if (!applied) return tl::unexpected(applied.error());
    }
  }
  return observer_.what_if(options);
}

boost::json::object DaemonImpl::configuration() const {
  const std::scoped_lock lock(mutex_);
  return {{"generation", current_ != nullptr ? current_->number() : 0},
          {"error", configuration_error_},
          {"configuration", configuration_}};
}

}  // namespace sluice::serve
