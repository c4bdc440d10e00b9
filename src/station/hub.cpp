// Which stations are at work, and which of them is the active one.
#include "station/hub.hpp"

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "base/text.hpp"
#include "station/item_parts.hpp"
#include "station/station_hub.hpp"

namespace sluice::station {
namespace {

using base::ErrorCode;

constexpr const char* kActiveSetting = "active_station";

}  // namespace

base::Result<Station*> StationHub::find(const Working& working, const std::string& name) const {
  if (auto* station = working.find(name)) return station;
  for (const auto& failed : working.failed) {
    if (failed.name != name) continue;
    return base::fail(ErrorCode::unavailable, "station {} cannot work: {}", name, failed.error);
  }
  std::vector<std::string> names;
  for (const auto& one : working.stations) names.push_back(one->options().name);
  return base::fail(ErrorCode::not_found, "there is no station {}; known: {}", name,
                    base::join(names));
}

std::string StationHub::active_in(const Roster& roster) const {
  const auto kept = queue_->setting(kActiveSetting);
  if (kept && std::ranges::find(roster, *kept, &Member::name) != roster.end()) return *kept;
  // None was chosen: the first that runs by itself, else the first.
  const auto always = std::ranges::find(roster, Run::always, &Member::run);
  if (always != roster.end()) return always->name;
  return roster.empty() ? std::string() : roster.front().name;
}

std::string StationHub::active() const {
  const auto set = working();
  return set != nullptr ? active_in(*set->roster) : std::string();
}

base::Status StationHub::activate(const std::string& station) {
  const std::scoped_lock one_at_a_time(switching_);
  const auto set = working();
  if (set == nullptr) return base::fail(ErrorCode::unavailable, "there is no station at work");
  if (const auto found = find(*set, station); !found) return tl::unexpected(found.error());
  if (auto kept = queue_->set_setting(kActiveSetting, station); !kept) return kept;
  // The others stop before it begins.
  for (const auto& one : *set->roster) {
    if (!enabled(one, station)) set->find(one.name)->set_enabled(false);
  }
  set->find(station)->set_enabled(true);
  return {};
}

std::shared_ptr<void> StationHub::start(StationSet set, runtime::Engine& engine) {
  auto next = std::make_shared<Working>();
  next->inventory = std::move(set.inventory);
  next->failed = std::move(set.failed);
  Roster members;
  for (const auto& [options, plans] : set.stations) {
    members.push_back(
        {options.name, options.mode, options.run, options.queue, options.digest, options.after});
  }
  const auto roster = std::make_shared<const Roster>(std::move(members));
  next->roster = roster;
  // The stations before give their triggers back first.
  stop(working());
  const Surroundings around{*queue_, *outbox_, clock_, wall_};
  const graph::Executor executor = [this](std::function<void()> work) {
    boost::asio::post(workers_, std::move(work));
  };
  const std::scoped_lock one_at_a_time(switching_);
  const auto active = active_in(*roster);
  for (std::size_t i = 0; i < set.stations.size(); ++i) {
    auto& one = set.stations[i];
    auto& kept = memory(one.options.name);
    one.options.next = [this, roster](const Item& item) { return next_of(*roster, item); };
    one.options.ended = [this](const Item& item) { ended(item); };
    next->stations.push_back(std::make_unique<Station>(std::move(one.options), std::move(one.plans),
                                                       around, kept.display, kept.tally, executor,
                                                       engine, enabled((*roster)[i], active)));
  }
  WorkingPtr before = next;
  {
    const std::scoped_lock lock(mutex_);
    in_force_.swap(before);
  }
  before.reset();
  warn_of_strays(*next);
  // Items that have ended since, and clients, could not wake the stations that they trigger.
  for (const auto& station : next->stations) station->wake();
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

void StationHub::warn_of_strays(const Working& working) const {
  const auto waiting = queue_->stations();
  if (!waiting) return;
  for (const auto& name : *waiting) {
    const auto found = find(working, name);
    if (found || found.error().code != ErrorCode::not_found) continue;
    spdlog::warn("{} triggers wait for station {}, which is not at work", queue_->size(name), name);
  }
}

StationHub::WorkingPtr StationHub::take_out() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(in_force_, nullptr);
}

void StationHub::stop(const WorkingPtr& set) {
  if (set == nullptr) return;
  for (const auto& station : set->stations) station->stop();
}

std::vector<Following> StationHub::next_of(const Roster& roster, const Item& item) const {
  std::vector<Following> out;
  const auto wanted = [&item](const After& after) {
    return after.station == item.station && item.verdict &&
           (after.on.empty() ||
            std::ranges::find(after.on, item.verdict->decision) != after.on.end());
  };
  const auto active = active_in(roster);
  for (const auto& station : roster) {
    if (std::ranges::none_of(station.after, wanted)) continue;
    if (station.mode == Mode::stream || !enabled(station, active)) {
      spdlog::warn("station {}: its trigger by station {} was refused: it {}", station.name,
                   item.station,
                   station.mode == Mode::stream ? "takes no triggers" : "is not active");
      continue;
    }
    Following next;
    next.capacity = station.queue;
    next.trigger.id = new_item_id();
    next.trigger.station = station.name;
    next.trigger.configuration = station.digest;
    next.trigger.trigger = {"station", item.trigger.serial_number, item.trigger.category};
    next.trigger.received = wall_();
    next.trigger.at = clock_.now();
    out.push_back(std::move(next));
  }
  return out;
}

void StationHub::ended(const Item& item) {
  {
    const std::scoped_lock lock(mutex_);
    item_ended_.notify_all();
  }
  const auto set = working();
  if (set == nullptr) return;
  for (const auto& station : *set->roster) {
    if (std::ranges::find(station.after, item.station, &After::station) != station.after.end()) {
      set->find(station.name)->wake();
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
