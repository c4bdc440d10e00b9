#include "cli/serve_stations.hpp"

#include <chrono>

#include "cli/station_editor.hpp"

namespace sluice::cli {
namespace {

store::WallTime wall_now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

/// The stations of one generation beside the other sources.
class StationSources final : public serve::Sources {
 public:
  StationSources(std::unique_ptr<serve::Sources> others, station::Hub& hub, station::StationSet set,
                 std::function<void()> started)
      : others_(std::move(others)), hub_(hub), set_(std::move(set)), started_(std::move(started)) {}

  void start(runtime::Engine& engine) override {
    if (others_ != nullptr) others_->start(engine);
    running_ = hub_.start(std::move(set_), engine);
    started_();
  }

 private:
  std::unique_ptr<serve::Sources> others_;
  station::Hub& hub_;
  station::StationSet set_;
  std::function<void()> started_;
  std::shared_ptr<void> running_;
};

}  // namespace

base::Result<std::unique_ptr<ServeStations>> ServeStations::open(const config::Config& first,
                                                                 const base::Clock& clock) {
  if (first.stations.empty() && first.station_files.empty()) {
    return std::unique_ptr<ServeStations>();
  }
  std::unique_ptr<ServeStations> stations(
      new ServeStations(clock, std::make_shared<const config::Config>(first)));
  auto hub = station::Hub::open(first.state, clock, wall_now,
                                station_editor([own = stations.get()] { return own->current(); },
                                               [own = stations.get()] { return own->reload(); }));
  if (!hub) return tl::unexpected(base::with_context("state", hub.error()));
  stations->hub_ = std::move(*hub);
  return stations;
}

std::shared_ptr<const config::Config> ServeStations::current() const {
  const std::scoped_lock lock(mutex_);
  return current_;
}

base::Status ServeStations::reload() const {
  std::function<base::Status()> reload;
  {
    const std::scoped_lock lock(mutex_);
    reload = reload_;
  }
  if (!reload) return base::fail(base::ErrorCode::unavailable, "the daemon is starting");
  return reload();
}

void ServeStations::on_reload(std::function<base::Status()> reload) {
  const std::scoped_lock lock(mutex_);
  reload_ = std::move(reload);
}

void ServeStations::add_to(serve::Plan& plan, std::shared_ptr<const config::Config> config) {
  for (auto& task : step_tasks(*config)) plan.tasks.push_back(std::move(task));
  plan.open_sources = [this, config, others = std::move(plan.open_sources)](
                          schedule::SchedulerOptions& scheduler,
                          const std::vector<std::shared_ptr<model::Model>>& models)
      -> base::Result<std::unique_ptr<serve::Sources>> {
    std::unique_ptr<serve::Sources> beside;
    if (others) {
      auto opened = others(scheduler, models);
      if (!opened) return opened;
      beside = std::move(*opened);
    }
    auto set = build_stations(*config, scheduler, models, parts_, clock_);
    if (!set) return tl::unexpected(set.error());
    return std::make_unique<StationSources>(std::move(beside), *hub_, std::move(*set),
                                            [this, config] {
                                              const std::scoped_lock lock(mutex_);
                                              current_ = config;
                                            });
  };
}

}  // namespace sluice::cli
