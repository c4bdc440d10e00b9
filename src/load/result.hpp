// What a load test has found.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "base/time.hpp"
#include "load/channel.hpp"
#include "telemetry/histogram.hpp"

namespace sluice::load {

/// Nearest-rank percentiles, exact. All zero where there was nothing.
struct Latency {
  base::Duration mean{0}, p50{0}, p90{0}, p99{0}, p999{0}, max{0};
};
/// Sorts `values`.
[[nodiscard]] Latency latency_of(std::vector<base::Duration>& values);

struct StreamResult {
  std::string name;
  std::string url;
  base::Duration deadline = base::kForever;
  double seconds = 0;         ///< measured, without the warm-up
  std::uint64_t offered = 0;  ///< = on_time + late + all refused + unanswered
  std::uint64_t on_time = 0;  ///< answered with a result within the deadline
  std::uint64_t late = 0;
  std::map<std::string, std::uint64_t> refused;  ///< by reason
  std::uint64_t unanswered = 0;                  ///< when the test ended, or never sent
  Latency latency;  ///< of results: from the intended send time, not the actual one
  /// From the intended to the actual send time: what the generator itself, or too few
  /// connections, added.
  Latency send_delay;
  telemetry::LogHistogram histogram;  ///< of `latency`

  struct Second {
    std::uint64_t on_time = 0, late = 0, refused = 0;
  };
  std::vector<Second> seconds_of;  ///< by intended send time, since the warm-up

  [[nodiscard]] std::uint64_t refused_total() const;
  [[nodiscard]] double goodput() const { return seconds > 0 ? double(on_time) / seconds : 0; }
  [[nodiscard]] double throughput() const {
    return seconds > 0 ? double(on_time + late) / seconds : 0;
  }
};

struct LoadResult {
  std::vector<StreamResult> streams;
  double cpu_seconds = 0;  ///< that the generator itself used
  double wall_seconds = 0;
};

/// Counts a stream's requests. 16 bytes of memory for each.
class Tally {
 public:
  /// Counts requests whose intended time is in [begin, end).
  Tally(const Stream& stream, base::Time begin, base::Time end);
  void sent(base::Time intended, base::Time actual);
  void ended(base::Time intended, base::Time now, const Answer& answer);
  /// Requests that were due but never sent.
  void unsent(base::Time intended);
  /// `until`: the end of the measurement, where that came before the planned end.
  [[nodiscard]] StreamResult finish(base::Time until);

 private:
  [[nodiscard]] bool counts(base::Time t) const { return t >= begin_ && t < end_; }

  base::Time begin_, end_;
  StreamResult result_;
  std::vector<base::Duration> latencies_;
  std::vector<base::Duration> delays_;
};

[[nodiscard]] std::string to_text(const LoadResult& result, bool terminal);
[[nodiscard]] boost::json::object to_json(const LoadResult& result);
[[nodiscard]] std::string to_html(const LoadResult& result);

}  // namespace sluice::load
