// Triggers and items: asked for, waited for, looked up.
#include <spdlog/spdlog.h>

#include "station/item_pages.hpp"
#include "station/station_hub.hpp"

namespace sluice::station {
namespace {

namespace json = boost::json;
using base::ErrorCode;

/// Damaged records that are told of, each once.
constexpr std::size_t kMostWarnings = 1000;

}  // namespace

base::Result<std::string> StationHub::trigger(const TriggerRequest& request) {
  for (std::string tried;;) {
    const auto set = working();
    const bool named = !request.station.empty();
    if (set == nullptr || (set->stations.empty() && !named)) {
      return base::fail(ErrorCode::unavailable, "there is no station at work");
    }
    const auto name = named ? request.station : active_in(*set->roster);
    auto id = trigger(*set, name, request);
    if (id) {
      // The next configuration may have been put in force meanwhile.
      const auto now = working();
      if (auto* next = now != nullptr && now != set ? now->find(name) : nullptr) next->wake();
      return id;
    }
    // Another station may have been made the active one meanwhile.
    if (named || name == tried || id.error().code != ErrorCode::unsupported) return id;
    tried = name;
  }
}

base::Result<std::string> StationHub::trigger(const Working& working, const std::string& name,
                                              const TriggerRequest& request) const {
  const auto station = find(working, name);
  if (!station) return tl::unexpected(station.error());
  auto images = request.images;
  const auto& cameras = (*station)->options().cameras;
  const bool is_a_camera =
      std::ranges::find(cameras, "image", &CameraOptions::name) != cameras.end();
  if (auto any = is_a_camera ? decltype(images)::node_type() : images.extract("image")) {
    any.key() = cameras.front().name;
    if (!images.insert(std::move(any)).inserted) {
      return base::fail(ErrorCode::invalid, "two images came for camera {}, one of them as `image`",
                        cameras.front().name);
    }
  }
  return (*station)->trigger(request.trigger, images);
}

base::Result<json::object> StationHub::wait(const std::string& id, base::Duration timeout) {
  const auto end = base::add(clock_.now(), timeout);
  while (queue_->find(id)) {
    const auto left = end - clock_.now();
    if (left.count() <= 0) break;
    std::unique_lock lock(mutex_);
    // Looked at again now and then: the end may have come between.
    item_ended_.wait_for(lock, std::min<base::Duration>(left, std::chrono::milliseconds(20)));
  }
  return item(id);
}

base::Result<store::Record> StationHub::record(const std::string& id) const {
  // An event is here first; then its record is kept.
  if (auto event = outbox_->find(id); event && *event) return std::move(**event);
  base::Result<store::Record> failed = base::fail(ErrorCode::not_found, "there is no item {}", id);
  if (const auto set = working()) {
    for (const auto& store : record_stores(set->stations)) {
      auto found = store->get(id);
      if (found) return found;
      // One store that is away must not hide what another has.
      if (found.error().code != ErrorCode::not_found) failed = std::move(found);
    }
  }
  return failed;
}

base::Result<json::object> StationHub::item(const std::string& id) const {
  // One that has left the queue is recorded, although its station may be at it still.
  if (const auto waiting = queue_->find(id)) {
    if (const auto set = working()) {
      for (const auto& station : set->stations) {
        if (const auto current = station->current(id)) return to_json(*current);
      }
    }
    Item item;
    item.id = waiting->id;
    item.station = waiting->station;
    item.configuration = waiting->configuration;
    item.trigger = waiting->trigger;
    item.received = waiting->received;
    return to_json(item);
  }
  const auto kept = record(id);
  if (!kept) return tl::unexpected(kept.error());
  auto body = body_of(*kept);
  if (body && actions_of_item_) {
    auto actions = actions_of_item_(id);
    if (!actions.empty()) (*body)["actions"] = std::move(actions);
  }
  return body;
}

base::Result<Items> StationHub::items(const store::Filter& filter, std::size_t limit,
                                      const std::string& after) const {
  const auto set = working();
  if (set == nullptr) return Items{};
  auto stores = record_stores(set->stations);
  // The items of one station do not depend on the stores of others.
  if (const auto* station = filter.station ? set->find(*filter.station) : nullptr) {
    stores = {station->options().records};
  }
  return merged_page(stores, filter, limit, after,
                     [this](const store::Record& record) { warn_of_damage(record); });
}

void StationHub::warn_of_damage(const store::Record& record) const {
  const std::scoped_lock lock(mutex_);
  if (damaged_.size() == kMostWarnings || !damaged_.insert(record.id).second) return;
  spdlog::warn("station {}: {}; lists leave it out", record.station,
               body_of(record).error().message);
}

base::Result<std::vector<std::string>> StationHub::binaries(const std::string& id) const {
  const auto body = item(id);
  if (!body) return tl::unexpected(body.error());
  std::vector<std::string> names;
  for (const auto& [camera, name] : images_of(*body)) names.push_back(camera);
  return names;
}

base::Result<std::string> StationHub::binary(const std::string& id, const std::string& camera,
                                             bool overlay) const {
  const auto body = item(id);
  if (!body) return tl::unexpected(body.error());
  const auto images = images_of(*body);
  const auto found = images.find(camera);
  const auto set = working();
  const auto* station = set != nullptr ? set->find(station_of(*body)) : nullptr;
  if (found == images.end() || station == nullptr || station->options().images == nullptr) {
    return base::fail(ErrorCode::not_found, "item {} has no image of camera {}", id, camera);
  }
  const auto bytes = station->options().images->get(found->second);
  if (!bytes) return tl::unexpected(bytes.error());
  std::string file(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  return overlay ? drawn(std::move(file), objects_of(*body, camera)) : file;
}

}  // namespace sluice::station
