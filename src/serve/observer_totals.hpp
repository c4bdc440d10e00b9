// What the observer counts: since the daemon began, and second by second. Plain data.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <boost/circular_buffer.hpp>

#include "schedule/scheduler.hpp"
#include "serve/observer_histogram.hpp"
#include "serve/service.hpp"

namespace sluice::serve {

/// Requests of one task for one model.
struct SeriesTotals {
  std::uint64_t on_time = 0;
  std::uint64_t late = 0;
  std::uint64_t failed = 0;
  std::array<std::uint64_t, schedule::kDropReasons> dropped{};
  MetricHistogram duration;  ///< arrival to end, of those with a result
  MetricHistogram queue;     ///< arrival to start
  MetricHistogram compute;   ///< time of the batch it ran in
};

struct TaskTotals {
  schedule::Accounting counts;
  double weight_on_time = 0;  ///< goodput is its rate
  std::map<std::string, SeriesTotals> by_model;
};

struct ModelTotals {
  ModelStatistics statistics;
  boost::circular_buffer<base::Duration> batch_times{128};  ///< of the last batches
};

/// Since the daemon began, by name: they outlive the configurations.
struct Totals {
  std::map<std::string, TaskTotals> tasks;
  std::map<std::string, ModelTotals> models;  ///< by "NAME:VERSION"
  std::vector<base::Duration> slot_busy;
};

/// One task in one second of the clock.
struct TaskSecond {
  std::int64_t second = -1;
  std::uint64_t offered = 0;
  std::uint64_t on_time = 0;
  std::uint64_t late = 0;
  std::uint64_t failed = 0;
  std::array<std::uint64_t, schedule::kDropReasons> dropped{};
  FineHistogram latency;
  FineHistogram queue;

  [[nodiscard]] std::uint64_t dropped_total() const;
  void merge(const TaskSecond& other);
};

/// The last minute of a task.
class TaskRecent {
 public:
  static constexpr std::int64_t kSeconds = 60;  ///< whole ones, besides the present one

  /// The second of `time`, begun anew if it is a new one.
  TaskSecond& at(base::Time time);
  /// What happened in second `second`; null if nothing did, or it is too long ago.
  [[nodiscard]] const TaskSecond* find(std::int64_t second) const;

 private:
  static constexpr std::size_t kSlots = 64;
  std::vector<TaskSecond> seconds_{kSlots};
};

[[nodiscard]] inline std::int64_t second_of(base::Time time) {
  return time.time_since_epoch() / std::chrono::seconds(1);
}

/// "NAME:VERSION" in its parts.
struct ModelName {
  std::string_view name;
  std::string_view version;
};
[[nodiscard]] ModelName split_model(std::string_view name);

}  // namespace sluice::serve
