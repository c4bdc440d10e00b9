#include "cli/serve_stations.hpp"

#include <chrono>

#include <spdlog/spdlog.h>

#include "cli/station_editor.hpp"
#include "cli/station_upkeep.hpp"

namespace sluice::cli {
namespace {

store::WallTime wall_now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

/// The stations of one generation beside the other sources.
class StationSources final : public serve::Sources {
 public:
  StationSources(std::unique_ptr<serve::Sources> others, station::Hub& hub, station::StationSet set,
                 std::unique_ptr<StationUpkeep> upkeep,
                 std::function<base::Status(station::StationSet&)> starting)
      : others_(std::move(others)),
        hub_(hub),
        set_(std::move(set)),
        upkeep_(std::move(upkeep)),
        starting_(std::move(starting)) {}

  void start(runtime::Engine& engine) override {
    if (others_ != nullptr) others_->start(engine);
    if (auto ready = starting_(set_); !ready) {
      spdlog::error("stations: {}", ready.error().message);
      return;
    }
    upkeep_->start();
    running_ = hub_.start(std::move(set_), engine);
  }

 private:
  std::unique_ptr<serve::Sources> others_;
  station::Hub& hub_;
  station::StationSet set_;
  std::unique_ptr<StationUpkeep> upkeep_;
  /// Gives the stations their actions, when those of the configuration before have ended.
  std::function<base::Status(station::StationSet&)> starting_;
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
  stations->hub_->on_actions(
      [own = stations.get()](const std::string& item) {
        const auto actions = own->actions();
        return actions != nullptr ? actions->of_item(item) : boost::json::array();
      },
      [own = stations.get()](const std::string& station) {
        const auto actions = own->actions();
        return actions != nullptr ? actions->of_station(station) : boost::json::array();
      });
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

base::Status ServeStations::begin(const std::shared_ptr<const config::Config>& config,
                                  station::StationSet& stations) {
  // Two queues must not act on the same rows, whoever still looks at the one before.
  hub_->pause();
  std::shared_ptr<StationActions> before;
  {
    const std::scoped_lock lock(mutex_);
    before = std::move(actions_);
  }
  if (before != nullptr) before->stop();
  before.reset();
  auto actions = StationActions::open(*config, hub_->state_file(), clock_);
  if (!actions) return tl::unexpected(actions.error());
  for (auto& one : stations.stations) {
    one.options.actions = StationActions::hooks(*actions, one.options.name);
  }
  const std::scoped_lock lock(mutex_);
  actions_ = std::move(*actions);
  current_ = config;
  begun_ = true;
  failed_.clear();
  for (const auto& one : stations.failed) failed_.insert(one.digest);
  return {};
}

std::shared_ptr<StationActions> ServeStations::actions() const {
  const std::scoped_lock lock(mutex_);
  return actions_;
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
    // At the start the others shall work; later, whoever breaks a station is told.
    auto set = build_stations(*config, scheduler, models, parts_, clock_,
                              [this](const std::string& digest) {
                                const std::scoped_lock lock(mutex_);
                                return !begun_ || failed_.contains(digest);
                              });
    if (!set) return tl::unexpected(set.error());
    auto upkeep = std::make_unique<StationUpkeep>();
    for (const auto& one : set->stations) {
      for (const auto& station : config->stations) {
        if (station.name == one.options.name) upkeep->add(station.retention, one.options);
      }
    }
    return std::make_unique<StationSources>(
        std::move(beside), *hub_, std::move(*set), std::move(upkeep),
        [this, config](station::StationSet& stations) { return begin(config, stations); });
  };
}

}  // namespace sluice::cli
