#include "serve/daemon.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "serve/answer.hpp"
#include "serve/daemon_impl.hpp"

namespace sluice::serve {

base::Result<std::unique_ptr<Daemon>> Daemon::create(DaemonHooks hooks, const base::Clock& clock,
                                                     Observer& observer) {
  auto plan = hooks.read_plan();
  if (!plan) return tl::unexpected(plan.error());
  return std::make_unique<DaemonImpl>(std::move(hooks), std::move(*plan), clock, observer);
}

DaemonImpl::DaemonImpl(DaemonHooks hooks, Plan plan, const base::Clock& clock, Observer& observer)
    : hooks_(std::move(hooks)),
      clock_(clock),
      observer_(observer),
      plan_(std::move(plan)),
      configuration_(plan_.configuration) {}

DaemonImpl::~DaemonImpl() {
  DaemonImpl::drain(base::Duration{0});
}

void DaemonImpl::start() {
  const auto period = plan_.watch_interval;
  jobs_.post([this] { return load_all(); }, {});
  jobs_.start(period, [this] {
    if (const auto looked = watch(); !looked) spdlog::error("{}", looked.error().message);
  });
}

void DaemonImpl::drain(base::Duration grace) {
  std::shared_ptr<Generation> current;
  bool first = false;
  {
    const std::scoped_lock lock(mutex_);
    first = !std::exchange(draining_, true);
    current = current_;
  }
  if (!first) {  // somebody else waits already: only make it shorter
    if (current != nullptr) current->retire(grace);
    return;
  }
  cancel_loads_.cancel();
  jobs_.stop();
  watcher_.reset();
  std::vector<std::shared_ptr<Generation>> all;
  {
    const std::scoped_lock lock(mutex_);
    all = retiring_;
    if (current_ != nullptr) all.push_back(current_);
  }
  for (const auto& generation : all) {
    retirements_.push_back(
        std::async(std::launch::async, [generation, grace] { generation->retire(grace); }));
  }
  retirements_.clear();  // waits
}

InferHandle DaemonImpl::infer(InferRequest request, InferDone done) {
  for (;;) {
    const auto place = place_of(request);
    if (!place) {
      done(refused(place.error(), request));
      return {};
    }
    const auto& generation = place->generation;
    const auto id = generation->infer(place->route, request, done);
    if (id) {
      return InferHandle([generation = std::weak_ptr(generation), id = *id] {
        if (const auto alive = generation.lock()) alive->cancel(id);
      });
    }
    // Retired since: the request belongs to its successor, or to nobody.
    if (id.error().code == base::ErrorCode::unavailable && !in_force(generation)) continue;
    done(refused(refuse(id.error()), request));
    return {};
  }
}

bool DaemonImpl::in_force(const std::shared_ptr<Generation>& generation) const {
  const std::scoped_lock lock(mutex_);
  return current_ == generation && !draining_;
}

tl::expected<DaemonImpl::Place, Refusal> DaemonImpl::place_of(const InferRequest& request) const {
  const std::scoped_lock lock(mutex_);
  if (draining_) return tl::unexpected(draining());
  if (current_ == nullptr) {
    return tl::unexpected(not_ready("the server is starting: its models are being loaded"));
  }
  auto route = current_->routes().find(request.model, request.version, request.task);
  if (!route) return tl::unexpected(missing(request.model, route.error()));
  return Place{current_, *route};
}

Refusal DaemonImpl::missing(const std::string& model, const base::Error& error) const {
  const auto unready = std::ranges::find_if(shown_, [&](const Shown& shown) {
    return shown.status.name == model && shown.status.state != ModelState::ready;
  });
  const bool served = !current_->routes().of_model(model).empty();
  if (served || unready == shown_.end()) return refuse(error);
  return not_ready(fmt::format("model '{}' is not ready: {}", model, unready->status.reason));
}

void DaemonImpl::load(const std::string& name, StatusDone done) {
  jobs_.post([this, name] { return load_model(name); }, std::move(done));
}

void DaemonImpl::unload(const std::string& name, StatusDone done) {
  jobs_.post([this, name] { return unload_model(name); }, std::move(done));
}

void DaemonImpl::reload(StatusDone done) {
  jobs_.post([this] { return reload_configuration(); }, std::move(done));
}

void DaemonImpl::check_files(StatusDone done) {
  jobs_.post([this] { return watch(); }, std::move(done));
}

}  // namespace sluice::serve
