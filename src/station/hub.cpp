#include "station/hub.hpp"

#include <algorithm>
#include <condition_variable>
#include <set>
#include <thread>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <spdlog/spdlog.h>

#include "base/text.hpp"
#include "station/captures.hpp"
#include "station/item_pages.hpp"

namespace sluice::station {
namespace {

namespace json = boost::json;
using base::ErrorCode;

constexpr const char* kActiveSetting = "active_station";

/// What a station keeps from one configuration to the next.
struct Memory {
  Display display;
  Tally tally;
};

json::object camera_states(const CameraOptions& camera, const Display& display) {
  const auto state = display.state(camera.name);
  json::object out{{"name", camera.name},
                   {"source", camera.source},
                   {"state", state.failed ? "failed" : "ok"},
                   {"error", state.error}};
  if (state.captured != store::WallTime{}) out["last_captured"] = to_string(state.captured);
  return out;
}

class StationHub final : public Hub {
 public:
  StationHub(std::unique_ptr<TriggerQueue> queue, const base::Clock& clock, WallClock wall,
             Editor editor)
      : queue_(std::move(queue)),
        clock_(clock),
        wall_(std::move(wall)),
        editor_(std::move(editor)),
        workers_(std::max(2U, std::thread::hardware_concurrency())) {}

  ~StationHub() override {
    stop(take_out());
    workers_.join();
  }

  std::shared_ptr<void> start(StationSet set, runtime::Engine& engine) override;
  void pause() override { stop(take_out()); }
  const std::filesystem::path& state_file() const override { return queue_->file(); }
  void on_actions(std::function<json::array(const std::string&)> of_item,
                  std::function<json::array(const std::string&)> of_station) override {
    actions_of_item_ = std::move(of_item);
    actions_of_station_ = std::move(of_station);
  }

  base::Result<std::string> trigger(const TriggerRequest& request) override;
  base::Result<json::object> wait(const std::string& id, base::Duration timeout) override;
  base::Result<Items> items(const store::Filter& filter, std::size_t limit,
                            const std::string& after) const override;
  base::Result<json::object> item(const std::string& id) const override;
  base::Result<std::vector<std::string>> binaries(const std::string& id) const override;
  base::Result<std::string> binary(const std::string& id, const std::string& camera,
                                   bool overlay) const override;
  json::object inventory() const override;
  json::object configurations() const override;
  std::string active() const override;
  base::Status activate(const std::string& station) override;
  json::array stations() const override;
  base::Result<std::string> picture(const std::string& station, const std::string& camera,
                                    bool overlay) const override;
  base::Result<json::object> attempt(const std::string& station, const std::string& camera,
                                     std::string file) override;
  base::Status push(const std::string& station, const std::string& camera,
                    std::string file) override;
  base::Result<std::string> text(const std::string& station) const override;
  std::vector<TextProblem> check_text(const std::string& station,
                                      const std::string& text) const override;
  base::Result<std::vector<TextProblem>> set_text(const std::string& station,
                                                  const std::string& text) override;
  base::Status remove_text(const std::string& station) override;

 private:
  /// The stations of one configuration.
  struct Working {
    json::object inventory;
    std::vector<std::unique_ptr<Station>> stations;

    [[nodiscard]] Station* find(const std::string& name) const {
      for (const auto& station : stations) {
        if (station->options().name == name) return station.get();
      }
      return nullptr;
    }
  };
  using WorkingPtr = std::shared_ptr<const Working>;

  WorkingPtr working() const {
    const std::scoped_lock lock(mutex_);
    return in_force_;
  }
  Memory& memory(const std::string& station) const {
    const std::scoped_lock lock(mutex_);
    auto& slot = memories_[station];
    if (slot == nullptr) slot = std::make_unique<Memory>();
    return *slot;
  }
  base::Result<Station*> find(const Working& working, const std::string& name) const;
  base::Result<store::Record> record(const std::string& id) const;
  std::string active_in(const Working& working) const;
  bool enabled(const StationOptions& station, const std::string& active) const {
    return station.run == Run::always || station.name == active;
  }
  json::object station_json(const Station& station, const std::string& active) const;
  void ended(const Item& item);
  WorkingPtr take_out();
  static void stop(const WorkingPtr& set);

  const std::unique_ptr<TriggerQueue> queue_;
  const base::Clock& clock_;
  const WallClock wall_;
  const Editor editor_;
  std::function<json::array(const std::string&)> actions_of_item_;
  std::function<json::array(const std::string&)> actions_of_station_;
  boost::asio::thread_pool workers_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::unique_ptr<Memory>> memories_;
  WorkingPtr in_force_;
  std::condition_variable item_ended_;
};

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

std::shared_ptr<void> StationHub::start(StationSet set, runtime::Engine& engine) {
  auto next = std::make_shared<Working>();
  next->inventory = std::move(set.inventory);
  // The stations before give their triggers back first.
  stop(take_out());
  const Surroundings around{*queue_, clock_, wall_};
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

base::Result<std::string> StationHub::trigger(const TriggerRequest& request) {
  const auto set = working();
  if (set == nullptr || set->stations.empty()) {
    return base::fail(ErrorCode::unavailable, "there is no station at work");
  }
  const auto name = request.station.empty() ? active_in(*set) : request.station;
  const auto station = find(*set, name);
  if (!station) return tl::unexpected(station.error());
  auto images = request.images;
  const auto& cameras = (*station)->options().cameras;
  if (auto any = images.extract("image"); any && !cameras.empty()) {
    any.key() = cameras.front().name;
    images.insert(std::move(any));
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
  const auto set = working();
  if (set != nullptr) {
    for (const auto& store : record_stores(set->stations)) {
      auto found = store->get(id);
      if (found || found.error().code != ErrorCode::not_found) return found;
    }
  }
  return base::fail(ErrorCode::not_found, "there is no item {}", id);
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
  return merged_page(record_stores(set->stations), filter, limit, after);
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

json::object StationHub::inventory() const {
  const auto set = working();
  return set != nullptr ? set->inventory : json::object();
}

json::object StationHub::configurations() const {
  json::object out;
  if (const auto set = working()) {
    for (const auto& station : set->stations) {
      out[station->options().name] = station->options().configuration;
    }
  }
  return out;
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

json::object StationHub::station_json(const Station& station, const std::string& active) const {
  const auto& options = station.options();
  auto& kept = memory(options.name);
  json::array cameras;
  for (const auto& camera : options.cameras) cameras.push_back(camera_states(camera, kept.display));
  json::object out{{"name", options.name},          {"mode", to_string(options.mode)},
                   {"run", to_string(options.run)}, {"active", options.name == active},
                   {"enabled", station.enabled()},  {"cameras", std::move(cameras)},
                   {"counts", kept.tally.counts()}, {"trend", kept.tally.trend(wall_())}};
  out["queue"] = {{"waiting", queue_->size(options.name)}, {"capacity", options.queue}};
  if (options.mode == Mode::stream) out["frames"] = kept.tally.frames();
  store::Query newest;
  newest.filter.station = options.name;
  newest.limit = 1;
  const auto page = options.records->find(newest);
  out["last"] = nullptr;
  if (page && !page->records.empty()) {
    if (auto body = body_of(page->records.front())) out["last"] = std::move(*body);
  }
  out["actions"] = actions_of_station_ ? actions_of_station_(options.name) : json::array();
  return out;
}

json::array StationHub::stations() const {
  json::array out;
  if (const auto set = working()) {
    const auto active = active_in(*set);
    for (const auto& station : set->stations) out.push_back(station_json(*station, active));
  }
  return out;
}

base::Result<std::string> StationHub::picture(const std::string& station, const std::string& camera,
                                              bool overlay) const {
  const auto set = working();
  if (set == nullptr || set->find(station) == nullptr) {
    return base::fail(ErrorCode::not_found, "there is no station {}", station);
  }
  return memory(station).display.picture(camera, overlay);
}

base::Result<json::object> StationHub::attempt(const std::string& station,
                                               const std::string& camera, std::string file) {
  const auto set = working();
  if (set == nullptr) return base::fail(ErrorCode::unavailable, "there is no station at work");
  const auto found = find(*set, station);
  if (!found) return tl::unexpected(found.error());
  const auto item = (*found)->attempt(camera, std::move(file));
  if (!item) return tl::unexpected(item.error());
  return to_json(*item);
}

base::Status StationHub::push(const std::string& station, const std::string& camera,
                              std::string file) {
  const auto set = working();
  if (set == nullptr) return base::fail(ErrorCode::unavailable, "there is no station at work");
  const auto found = find(*set, station);
  if (!found) return tl::unexpected(found.error());
  for (const auto& one : (*found)->options().cameras) {
    if (one.name != camera) continue;
    if (!one.push) {
      return base::fail(ErrorCode::invalid,
                        "camera {} of station {} takes no images; set its source to `type: push`",
                        camera, station);
    }
    auto sample = sample_of(camera, std::move(file), clock_.now());
    if (!sample) return tl::unexpected(sample.error());
    return one.push(std::move(*sample));
  }
  return base::fail(ErrorCode::not_found, "station {} has no camera {}", station, camera);
}

base::Result<std::string> StationHub::text(const std::string& station) const {
  return editor_.text(station);
}

std::vector<TextProblem> StationHub::check_text(const std::string& station,
                                                const std::string& text) const {
  return editor_.check(station, text);
}

base::Result<std::vector<TextProblem>> StationHub::set_text(const std::string& station,
                                                            const std::string& text) {
  auto problems = editor_.check(station, text);
  if (!problems.empty()) return problems;
  if (auto written = editor_.write(station, text); !written) {
    return tl::unexpected(written.error());
  }
  return problems;
}

base::Status StationHub::remove_text(const std::string& station) {
  return editor_.remove(station);
}

}  // namespace

base::Result<std::unique_ptr<Hub>> Hub::open(const std::filesystem::path& folder,
                                             const base::Clock& clock, WallClock wall,
                                             Editor editor) {
  auto queue = TriggerQueue::open(folder);
  if (!queue) return tl::unexpected(queue.error());
  return std::make_unique<StationHub>(std::move(*queue), clock, std::move(wall), std::move(editor));
}

}  // namespace sluice::station
