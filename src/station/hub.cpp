// Which stations are at work, and which of them is the active one.
#include "station/hub.hpp"

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "base/text.hpp"
#include "station/station_hub.hpp"

namespace sluice::station {
namespace {

using base::ErrorCode;

constexpr const char* kActiveSetting = "active_station";

}  // namespace

base::Result<Station*> StationHub::find(const Working& working, const std::string& name) const {
  if (auto* station = working.find(name)) return station;
  std::vector<std::string> names;
  for (const auto& one : working.stations) names.push_back(one->options().name);
  return base::fail(ErrorCode::not_found, "there is no station {}; known: {}", name,
                    base::join(names));
}

std::string StationHub::active_in(const Working& working) const {
  const auto kept = queue_->setting(kActiveSetting);
  if (kept && working.find(*kept) != nullptr) return *kept;
  // None was chosen: the first that runs by itself, else the first.
  for (const auto& station : working.stations) {
    if (station->options().run == Run::always) return station->options().name;
  }
  return working.stations.empty() ? std::string() : working.stations.front()->options().name;
}

std::string StationHub::active() const {
  const auto set = working();
  return set != nullptr ? active_in(*set) : std::string();
}

base::Status StationHub::activate(const std::string& station) {
  const auto set = working();
  if (set == nullptr) return base::fail(ErrorCode::unavailable, "there is no station at work");
  if (const auto found = find(*set, station); !found) return tl::unexpected(found.error());
  if (auto kept = queue_->set_setting(kActiveSetting, station); !kept) return kept;
  // The others stop before it begins.
  for (const auto& one : set->stations) {
    if (!enabled(one->options(), station)) one->set_enabled(false);
  }
  set->find(station)->set_enabled(true);
  return {};
}

std::shared_ptr<void> StationHub::start(StationSet set, runtime::Engine& engine) {
  auto next = std::make_shared<Working>();
  next->inventory = std::move(set.inventory);
  // The stations before give their triggers back first.
  stop(take_out());
  const Surroundings around{*queue_, *outbox_, clock_, wall_};
  std::string active = queue_->setting(kActiveSetting).value_or("");
  const bool known = std::ranges::any_of(
      set.stations, [&active](const auto& one) { return one.options.name == active; });
  if (!known) active.clear();
  for (const auto& one : set.stations) {
    if (one.options.run == Run::always && active.empty()) active = one.options.name;
  }
  if (active.empty() && !set.stations.empty()) active = set.stations.front().options.name;
  const graph::Executor executor = [this](std::function<void()> work) {
    boost::asio::post(workers_, std::move(work));
  };
  for (auto& one : set.stations) {
    auto& kept = memory(one.options.name);
    const bool on = enabled(one.options, active);
    one.options.ended = [this](const Item& item) { ended(item); };
    next->stations.push_back(std::make_unique<Station>(std::move(one.options), std::move(one.plans),
                                                       around, kept.display, kept.tally, executor,
                                                       engine, on));
  }
  const std::scoped_lock lock(mutex_);
  in_force_ = next;
  // The handle: takes the set out of force, and so ends it once no call uses it.
  return std::shared_ptr<void>(nullptr, [this, weak = std::weak_ptr<const Working>(next)](void*) {
    const auto mine = weak.lock();
    {
      const std::scoped_lock guard(mutex_);
      if (in_force_ == mine) in_force_ = nullptr;
    }
    stop(mine);
  });
}

StationHub::WorkingPtr StationHub::take_out() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(in_force_, nullptr);
}

void StationHub::stop(const WorkingPtr& set) {
  if (set == nullptr) return;
  for (const auto& station : set->stations) station->stop();
}

void StationHub::ended(const Item& item) {
  {
    const std::scoped_lock lock(mutex_);
    item_ended_.notify_all();
  }
  const auto set = working();
  if (set == nullptr || !item.verdict) return;
  for (const auto& station : set->stations) {
    for (const auto& after : station->options().after) {
      const bool wanted =
          after.on.empty() || std::ranges::find(after.on, item.verdict->decision) != after.on.end();
      if (after.station != item.station || !wanted) continue;
      const auto taken =
          station->trigger({"station", item.trigger.serial_number, item.trigger.category}, {});
      if (!taken) {
        spdlog::warn("station {}: its trigger by station {} was refused: {}",
                     station->options().name, item.station, taken.error().message);
      }
    }
  }
}

base::Result<std::unique_ptr<Hub>> Hub::open(const std::filesystem::path& folder,
                                             const base::Clock& clock, WallClock wall,
                                             Editor editor) {
  auto queue = TriggerQueue::open(folder);
  if (!queue) return tl::unexpected(queue.error());
  auto outbox = Outbox::open((*queue)->file());
  if (!outbox) return tl::unexpected(outbox.error());
  return std::make_unique<StationHub>(std::move(*queue), std::move(*outbox), clock, std::move(wall),
                                      std::move(editor));
}

}  // namespace sluice::station
