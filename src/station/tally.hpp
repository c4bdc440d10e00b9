// How a station has decided, in total and by the minute.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "store/record_store.hpp"

namespace sluice::station {

/// Thread-safe.
class Tally {
 public:
  /// `decision`: "OK", "KO" or "NO_DECISION".
  void decided(const std::string& decision, store::WallTime at);
  /// Something went wrong with an item.
  void error();

  /// Frames of a stream: taken, and how they ended.
  void frame_in();
  void frame_on_time();
  void frame_late();
  void frame_dropped(const std::string& reason);

  /// {"OK": n, "KO": n, "NO_DECISION": n, "error": n}
  [[nodiscard]] boost::json::object counts() const;
  /// One per minute with a decision among the last sixty, oldest first:
  /// {"time", "OK", "KO", "NO_DECISION"}.
  [[nodiscard]] boost::json::array trend(store::WallTime now) const;
  /// {"in", "on_time", "late", "dropped": {reason: n}, "in_flight"}: the first is the sum of the
  /// others.
  [[nodiscard]] boost::json::object frames() const;

 private:
  struct Minute {
    store::WallTime begin;
    std::map<std::string, std::uint64_t> counts;
  };

  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t> counts_;
  std::uint64_t errors_ = 0;
  std::deque<Minute> minutes_;
  std::uint64_t in_ = 0;
  std::uint64_t on_time_ = 0;
  std::uint64_t late_ = 0;
  std::map<std::string, std::uint64_t> dropped_;
};

}  // namespace sluice::station
