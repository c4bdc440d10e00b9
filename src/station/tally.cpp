#include "station/tally.hpp"

#include "station/item.hpp"

namespace sluice::station {
namespace {

constexpr std::size_t kMinutes = 60;

void put_counts(boost::json::object& out, const std::map<std::string, std::uint64_t>& counts) {
  for (const char* decision : {"OK", "KO", "NO_DECISION"}) {
    const auto found = counts.find(decision);
    out[decision] = found == counts.end() ? 0 : found->second;
  }
}

}  // namespace

void Tally::decided(const std::string& decision, store::WallTime at) {
  const std::scoped_lock lock(mutex_);
  ++counts_[decision];
  const store::WallTime minute = std::chrono::floor<std::chrono::minutes>(at);
  // Where the clock was set back, the minutes to come are forgotten.
  while (!minutes_.empty() && minutes_.back().begin > minute) minutes_.pop_back();
  if (minutes_.empty() || minutes_.back().begin != minute) minutes_.push_back({minute, {}});
  if (minutes_.size() > kMinutes) minutes_.pop_front();
  ++minutes_.back().counts[decision];
}

void Tally::error() {
  const std::scoped_lock lock(mutex_);
  ++errors_;
}

void Tally::frame_in() {
  const std::scoped_lock lock(mutex_);
  ++in_;
}

void Tally::frame_on_time() {
  const std::scoped_lock lock(mutex_);
  ++on_time_;
}

void Tally::frame_late() {
  const std::scoped_lock lock(mutex_);
  ++late_;
}

void Tally::frame_dropped(const std::string& reason) {
  const std::scoped_lock lock(mutex_);
  ++dropped_[reason];
}

boost::json::object Tally::counts() const {
  const std::scoped_lock lock(mutex_);
  boost::json::object out;
  put_counts(out, counts_);
  out["error"] = errors_;
  return out;
}

boost::json::array Tally::trend(store::WallTime now) const {
  const std::scoped_lock lock(mutex_);
  boost::json::array out;
  for (const auto& minute : minutes_) {
    if (now - minute.begin > std::chrono::minutes(kMinutes)) continue;
    boost::json::object one{{"time", to_string(minute.begin)}};
    put_counts(one, minute.counts);
    out.push_back(std::move(one));
  }
  return out;
}

boost::json::object Tally::frames() const {
  const std::scoped_lock lock(mutex_);
  boost::json::object dropped;
  std::uint64_t ended = on_time_ + late_;
  for (const auto& [reason, count] : dropped_) {
    dropped[reason] = count;
    ended += count;
  }
  return {{"in", in_},
          {"on_time", on_time_},
          {"late", late_},
          {"dropped", std::move(dropped)},
          {"in_flight", in_ - ended}};
}

}  // namespace sluice::station
