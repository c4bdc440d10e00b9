// What is told of the stations, and what is tried on them.
#include "station/captures.hpp"
#include "station/item_pages.hpp"
#include "station/station_hub.hpp"

namespace sluice::station {
namespace {

namespace json = boost::json;
using base::ErrorCode;

json::object camera_states(const CameraOptions& camera, const Display& display) {
  const auto state = display.state(camera.name);
  json::object out{{"name", camera.name},
                   {"source", camera.source},
                   {"state", state.failed ? "failed" : "ok"},
                   {"error", state.error}};
  if (state.captured != store::WallTime{}) out["last_captured"] = to_string(state.captured);
  return out;
}

}  // namespace

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
    for (const auto& failed : set->failed) out[failed.name] = failed.configuration;
  }
  return out;
}

json::object StationHub::station_json(const Station& station, const std::string& active) const {
  const auto& options = station.options();
  auto& kept = memory(options.name);
  json::array cameras;
  for (const auto& camera : options.cameras) cameras.push_back(camera_states(camera, kept.display));
  json::object out{{"name", options.name},
                   {"mode", to_string(options.mode)},
                   {"run", to_string(options.run)},
                   {"active", options.name == active},
                   {"enabled", station.enabled()},
                   {"error", ""},
                   {"cameras", std::move(cameras)},
                   {"counts", kept.tally.counts()},
                   {"trend", kept.tally.trend(wall_())}};
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

json::object StationHub::failed_json(const StationSet::Failed& station) const {
  const auto& tally = memory(station.name).tally;
  return {{"name", station.name},
          {"mode", to_string(station.mode)},
          {"run", to_string(station.run)},
          {"active", false},
          {"enabled", false},
          {"error", station.error},
          {"cameras", json::array()},
          {"counts", tally.counts()},
          {"trend", tally.trend(wall_())},
          {"queue", {{"waiting", queue_->size(station.name)}, {"capacity", 0}}},
          {"last", nullptr},
          {"actions", json::array()}};
}

json::array StationHub::stations() const {
  json::array out;
  if (const auto set = working()) {
    const auto active = active_in(*set->roster);
    for (const auto& station : set->stations) out.push_back(station_json(*station, active));
    for (const auto& station : set->failed) out.push_back(failed_json(station));
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

}  // namespace sluice::station
