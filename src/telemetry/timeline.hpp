// What happened when: queue depth, arrivals, ends, drops by reason and slot use over time.
#pragma once

#include <array>
#include <vector>

#include "schedule/event.hpp"
#include "schedule/options.hpp"
#include "telemetry/time_bins.hpp"

namespace sluice::telemetry {

/// One task in one bin.
struct TaskBin {
  std::uint32_t depth_max = 0;  ///< most requests that waited together for any time
  double depth_ns = 0;          ///< integral of the depth over time
  std::uint64_t arrived = 0;
  std::uint64_t on_time = 0;
  std::uint64_t late = 0;
  std::uint64_t failed = 0;
  std::uint64_t dropped = 0;

  void merge(const TaskBin& other);
};

struct TimelineBin {
  std::vector<TaskBin> tasks;
  std::array<std::uint64_t, schedule::kDropReasons> dropped{};
  double busy_ns = 0;  ///< slot time used, all slots

  void merge(const TimelineBin& other);
};

/// Follows a run's events, in order. Bounded memory; not thread-safe.
class Timeline {
 public:
  Timeline(const schedule::SchedulerOptions& options, base::Time started);

  void on_event(const schedule::Event& event);

  [[nodiscard]] base::Duration bin_width() const { return bins_.width(); }
  /// The bins up to the last event, with what is still open counted up to there.
  [[nodiscard]] std::vector<TimelineBin> bins() const;

 private:
  struct Waiting {
    std::uint32_t depth = 0;
    base::Duration since{0};
  };
  struct Running {
    schedule::BatchId batch = 0;
    base::Duration since{0};
  };

  void change_depth(schedule::TaskId task, int change, base::Duration now);
  void settle_depth(schedule::TaskId task, base::Duration now);
  void settle_slot(Running& slot, base::Duration now);

  base::Time started_;
  TimeBins<TimelineBin> bins_;
  std::vector<Waiting> waiting_;  ///< by task
  std::vector<Running> running_;  ///< by slot
  base::Duration last_{0};
};

}  // namespace sluice::telemetry
