// How models and configurations change: everything here runs on the management thread.
#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include <spdlog/spdlog.h>

#include "monitor/resource.hpp"
#include "serve/daemon_impl.hpp"
#include "serve/public_text.hpp"

namespace sluice::serve {

using base::ErrorCode;
using base::fail;

namespace {

bool has(const Catalog& catalog, const std::string& name) {
  return std::ranges::find(catalog, name, &ModelVersion::name) != catalog.end();
}

Catalog entries_of(const Catalog& catalog, const std::string& name) {
  Catalog entries;
  std::ranges::copy_if(catalog, std::back_inserter(entries),
                       [&](const ModelVersion& entry) { return entry.name == name; });
  return entries;
}

ModelVersion* find_in(Catalog& entries, const ModelVersion& like) {
  const auto* found = find(entries, like.name, like.version);
  return found != nullptr ? &entries[static_cast<std::size_t>(found - entries.data())] : nullptr;
}

/// Newcomers of the folder of models: known, and loaded on request.
Catalog listed(Catalog found) {
  for (ModelVersion& entry : found) {
    entry.wanted = false;
    if (entry.reason.empty()) entry.reason = "not loaded";
  }
  return found;
}

}  // namespace

base::Status DaemonImpl::load_all() {
  Catalog found = survey(plan_);
  for (std::size_t i = 0; i < found.size(); ++i) {
    publish(found, found[i].name);
    static_cast<void>(load_version(found[i], clock_, cancel_loads_));  // the entry keeps the reason
  }
  auto switched = switch_to(plan_, std::move(found));
  if (!switched) {
    spdlog::error("{}", switched.error().message);
    const std::scoped_lock lock(mutex_);
    configuration_error_ = without_paths(switched.error().message);
  }
  start_watcher();
  return switched;
}

base::Status DaemonImpl::load_model(const std::string& name) {
  Catalog found = survey(plan_, name);
  if (found.empty()) return fail(ErrorCode::not_found, "there is no model '{}'", name);
  publish(catalog_, name);
  for (ModelVersion& entry : found) {
    auto loaded = load_version(entry, clock_, cancel_loads_);
    if (loaded) continue;
    if (!has(catalog_, name) && !entry.version.empty()) {
      entry.wanted = false;  // it never was
      replace(catalog_, name, {entry});
    } else if (ModelVersion* current = find_in(catalog_, entry)) {
      current->reason = entry.reason;
    }
    publish(catalog_);
    return loaded;
  }
  Catalog next = catalog_;
  replace(next, name, std::move(found));
  return switch_to(plan_, std::move(next));
}

base::Status DaemonImpl::unload_model(const std::string& name) {
  Catalog next = catalog_;
  bool loaded = false;
  for (ModelVersion& entry : next) {
    if (entry.name != name) continue;
    loaded = loaded || entry.model != nullptr;
    entry.model.reset();
    entry.wanted = false;
    entry.reason = "unloaded";
  }
  if (!has(next, name)) return fail(ErrorCode::not_found, "there is no model '{}'", name);
  if (loaded) return switch_to(plan_, std::move(next));
  catalog_ = std::move(next);
  publish(catalog_);
  return {};
}

base::Status DaemonImpl::reload_configuration() {
  auto plan = hooks_.read_plan();
  base::Status applied;
  if (!plan) {
    applied = tl::unexpected(plan.error());
  } else if (auto next = load_changed(*plan); !next) {
    applied = tl::unexpected(next.error());
  } else {
    applied = switch_to(std::move(*plan), std::move(*next));
  }
  if (applied) {
    if (plan_.in_force) plan_.in_force();
    jobs_.set_period(plan_.watch_interval);
    start_watcher();
    spdlog::info("configuration reloaded: generation {}", last_number_);
  } else {
    spdlog::error("configuration not reloaded, the old one stays: {}", applied.error().message);
    publish(catalog_);
  }
  const std::scoped_lock lock(mutex_);
  configuration_error_ = applied ? std::string() : without_paths(applied.error().message);
  if (applied) configuration_ = plan_.configuration;
  return applied;
}

base::Result<Catalog> DaemonImpl::load_changed(const Plan& plan) {
  Catalog found = survey(plan);
  for (ModelVersion& entry : found) {
    const ModelVersion* current = find(catalog_, entry.name, entry.version);
    if (current != nullptr && current->model != nullptr && same(entry, *current)) {
      entry.model = current->model;
      entry.reason = current->reason;
      continue;
    }
    publish(catalog_, entry.name);
    const auto loaded = load_version(entry, clock_, cancel_loads_);
    // What was not there before is no reason to refuse the rest.
    const bool missed = std::ranges::any_of(catalog_, [&](const ModelVersion& old) {
      return old.name == entry.name && old.wanted && old.model == nullptr;
    });
    if (!loaded && !missed) return tl::unexpected(loaded.error());
  }
  return found;
}

base::Status DaemonImpl::watch() {
  const Catalog all = survey(plan_);
  Catalog next = catalog_;
  std::erase_if(next, [&](const ModelVersion& entry) {
    return entry.model == nullptr && !has(all, entry.name);
  });
  std::set<std::string> names;
  for (const ModelVersion& found : all) names.insert(found.name);
  for (const ModelVersion& entry : next) names.insert(entry.name);
  bool loaded = false;
  for (const std::string& name : names) {
    Catalog found = entries_of(all, name);
    Catalog entries = entries_of(next, name);
    if (entries.empty()) {
      entries = listed(std::move(found));
    } else if (entries.front().wanted) {
      loaded = refresh(entries, std::move(found)) || loaded;
    }
    replace(next, name, std::move(entries));
  }
  if (loaded) return switch_to(plan_, std::move(next));
  catalog_ = std::move(next);
  publish(catalog_);
  return {};
}

/// Brings one model's entries up to date with what was found. True: something was loaded.
bool DaemonImpl::refresh(Catalog& entries, Catalog found) {
  bool any = false;
  for (ModelVersion& entry : entries) {
    if (entry.model == nullptr || find(found, entry.name, entry.version) != nullptr) continue;
    entry.stamp = {};  // should it come back, it is loaded again
    entry.reason = "its file is gone; what was loaded keeps serving";
  }
  for (ModelVersion& fresh : found) {
    if (fresh.version.empty() || fresh.planned.options.path.empty()) continue;
    ModelVersion* current = find_in(entries, fresh);
    const std::string& key = fresh.planned.options.path;
    if (current != nullptr && same(fresh, *current)) {
      changing_.erase(key);
      continue;
    }
    // Not before it has kept still from one look to the next: it may be being written.
    if (const auto seen = changing_.find(key);
        seen == changing_.end() || seen->second != fresh.stamp) {
      changing_[key] = fresh.stamp;
      continue;
    }
    changing_.erase(key);
    const bool loaded = load_version(fresh, clock_, cancel_loads_).has_value();
    any = any || loaded;
    if (!loaded && current != nullptr) {
      current->stamp = fresh.stamp;
      current->reason = fresh.reason;
    } else if (current != nullptr) {
      *current = std::move(fresh);
    } else {
      entries.push_back(std::move(fresh));
    }
  }
  if (entries.size() > 1) {
    std::erase_if(entries, [](const ModelVersion& entry) { return entry.version.empty(); });
  }
  std::ranges::sort(entries, older, &ModelVersion::version);
  return any;
}

base::Status DaemonImpl::switch_to(Plan plan, Catalog catalog) {
  auto made = Generation::create(last_number_ + 1, plan, catalog, clock_, observer_);
  if (!made) {
    publish(catalog_);
    return tl::unexpected(made.error());
  }
  ++last_number_;
  const base::Duration grace = plan_.grace;
  plan_ = std::move(plan);
  catalog_ = std::move(catalog);
  std::shared_ptr<Generation> old;
  {
    const std::scoped_lock lock(mutex_);
    old = std::exchange(current_, *made);
    if (old != nullptr) retiring_.push_back(old);
  }
  (*made)->start();
  publish(catalog_);
  std::erase_if(retirements_, [](const std::future<void>& retirement) {
    return retirement.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  });
  if (old == nullptr) return {};
  old->stop_sources();
  retirements_.push_back(std::async(std::launch::async, [this, old, grace]() mutable {
    old->retire(grace);
    const std::scoped_lock lock(mutex_);
    std::erase(retiring_, old);
  }));
  return {};
}

void DaemonImpl::publish(const Catalog& catalog, const std::string& loading) {
  std::vector<Shown> shown;
  for (const ModelVersion& entry : catalog) {
    const bool is_loading = entry.model == nullptr && entry.name == loading;
    const auto state = entry.model != nullptr ? ModelState::ready
                       : is_loading           ? ModelState::loading
                                              : ModelState::unavailable;
    shown.push_back(
        {{entry.name, entry.version, state, is_loading ? "loading" : entry.reason}, entry.wanted});
  }
  const std::scoped_lock lock(mutex_);
  shown_.swap(shown);
}

void DaemonImpl::start_watcher() {
  watcher_.reset();
  if (plan_.watcher.interval == base::kForever) return;
  auto monitor = monitor::Monitor::create(plan_.monitor, clock_);
  if (!monitor) {
    spdlog::error("{}", monitor.error().message);
    return;
  }
  auto started = monitor::Watcher::start(plan_.watcher, std::move(*monitor),
                                         [this](const monitor::Sample& sample, double pressure) {
                                           const auto resource = monitor::to_resource(sample);
                                           observer_.on_resource(resource, pressure);
                                           if (const auto current = this->current()) {
                                             current->on_resource(resource);
                                             current->set_pressure(pressure);
                                           }
                                         });
  if (started) {
    watcher_ = std::move(*started);
  } else {
    spdlog::error("{}", started.error().message);
  }
}

}  // namespace sluice::serve
