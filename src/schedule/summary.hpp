// What a run came to: counts, latencies, slot time and goodput, built from events. The one
// summary behind `run`, `report` and `compare`.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "schedule/event.hpp"
#include "schedule/options.hpp"
#include "schedule/quantiles.hpp"

namespace sluice::schedule {

/// One task's part of a run. Requests that were taken over by another task (degraded) count
/// for the task that offered them.
struct TaskSummary {
  std::string name;
  std::int32_t priority = 0;
  double weight = 1.0;
  std::uint64_t offered = 0;
  std::uint64_t on_time = 0;
  std::uint64_t late = 0;
  std::uint64_t failed = 0;
  std::array<std::uint64_t, kDropReasons> dropped{};  ///< by DropReason
  std::uint64_t deferrals = 0;                        ///< times a request was put off
  std::uint64_t degraded = 0;                         ///< requests another task took over
  /// Arrival to end of completed requests (on time and late).
  Percentiles latency;
  /// Arrival to start of started requests.
  Percentiles queue_wait;
  /// Slot time used: each request has an equal share of its batch's time.
  Duration service{0};
  /// Of it, spent on requests that ended late or failed.
  Duration wasted{0};

  [[nodiscard]] std::uint64_t dropped_total() const;
};

/// Builds the summary from the events of one run, in order. A batch counts from its start to
/// its finish on the slot the events name. Events about tasks or slots that the options do not
/// have are left out. Memory is bounded (see Quantiles). Not thread-safe.
class Summary final : public EventSink {
 public:
  /// Takes names, priorities, weights and the number of slots.
  explicit Summary(const SchedulerOptions& options);

  void on_event(const Event& event) override;

  /// Pools another run of the same options: counts, samples, times and makespans add up.
  void merge(const Summary& other);

  [[nodiscard]] std::size_t tasks() const { return tasks_.size(); }
  [[nodiscard]] TaskSummary task(TaskId task) const;
  /// All tasks together; name empty, priority and weight without meaning.
  [[nodiscard]] TaskSummary total() const;

  /// Sum of the weights of on-time requests.
  [[nodiscard]] double weighted_on_time() const;
  /// First arrival to last end (finished or dropped), summed over merged runs.
  [[nodiscard]] Duration makespan() const;
  /// On-time requests per second of makespan; zero when nothing ended.
  [[nodiscard]] double on_time_per_second() const;
  /// weighted_on_time() per second of makespan: goodput.
  [[nodiscard]] double goodput() const;

  [[nodiscard]] std::size_t slots() const { return slots_.size(); }
  /// Time that a slot ran finished batches.
  [[nodiscard]] Duration busy(SlotId slot) const { return slots_[slot].busy; }
  [[nodiscard]] Duration busy() const;
  /// Share (0..1) of busy time that was spent on late or failed requests.
  [[nodiscard]] double wasted_share() const;
  [[nodiscard]] std::uint64_t batches() const { return batches_; }

 private:
  struct Task {
    TaskSummary counts;  ///< its percentiles are filled in by task()
    Quantiles latency;
    Quantiles queue_wait;
    double service_ns = 0;
    double wasted_ns = 0;
  };
  /// A slot runs one batch at a time, so that members' shares need no lookup by request.
  struct Slot {
    BatchId batch = 0;
    Time start{};
    std::uint32_t size = 1;
    Duration busy{0};
  };

  void begin_batch(const Event& event);
  void end_request(Task& task, const Event& event);
  static void add(Task& sum, const Task& part);
  static TaskSummary filled(const Task& task);

  std::vector<Task> tasks_;
  std::vector<Slot> slots_;
  std::uint64_t batches_ = 0;
  Time first_arrival_ = base::kNever;
  Time last_end_ = Time::min();
  Duration merged_makespan_{0};
};

}  // namespace sluice::schedule
