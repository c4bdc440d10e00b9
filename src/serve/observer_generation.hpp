// One configuration's scheduler as the observer follows it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <boost/circular_buffer.hpp>

#include "serve/observer_totals.hpp"
#include "serve/observer_window.hpp"
#include "telemetry/journal.hpp"

namespace sluice::serve {

/// What the generations share.
struct ObserverState {
  ObserverState(base::Duration window, std::uint32_t window_events)
      : events(window, window_events) {}

  std::mutex mutex;  ///< over all the rest
  EventWindow events;
  Totals totals;
  std::map<std::string, TaskRecent> recent;  ///< by task
};

/// What a slot did lately.
struct SlotRecent {
  static constexpr std::size_t kRuns = 200;
  struct Run {
    base::Time start{};
    base::Time end = base::kNever;  ///< kNever: it runs
    schedule::BatchId batch = 0;
    schedule::TaskId task = schedule::kNone;  ///< of its first request
    schedule::ModelId model = schedule::kNone;
    std::uint32_t size = 0;
  };
  boost::circular_buffer<Run> runs{kRuns};

  [[nodiscard]] bool busy() const { return !runs.empty() && runs.back().end == base::kNever; }
  /// Busy time within [from, to), at most kSeconds long, of finished batches and the one that runs.
  [[nodiscard]] base::Duration busy_within(std::int64_t first_second, base::Time now) const;
  void finish(base::Time end);

 private:
  static constexpr std::size_t kSeconds = 16;
  struct Second {
    std::int64_t second = -1;
    base::Duration busy{0};
  };
  std::array<Second, kSeconds> seconds_{};
};

/// The sink of one generation. on_event() takes the state's lock for about a microsecond and does
/// not allocate once every task and model has been seen.
class ObservedGeneration final : public schedule::EventSink {
 public:
  ObservedGeneration(std::uint32_t number, telemetry::RunHeader header, ObserverState& state);

  void on_event(const schedule::Event& event) override;

  [[nodiscard]] std::uint32_t number() const { return number_; }
  [[nodiscard]] const telemetry::RunHeader& header() const { return header_; }
  /// Under the state's lock.
  [[nodiscard]] const std::vector<SlotRecent>& slots() const { return slots_; }
  [[nodiscard]] bool shedding() const { return shedding_; }

 private:
  struct Task {
    double weight = 1;
    TaskTotals* totals = nullptr;
    TaskRecent* recent = nullptr;
    std::vector<SeriesTotals*> by_model;
  };

  void on_request(const schedule::Event& event, Task& task);
  void on_end(const schedule::Event& event, Task& task);
  void on_batch(const schedule::Event& event);
  SeriesTotals& series(Task& task, schedule::ModelId model);

  std::uint32_t number_;
  telemetry::RunHeader header_;
  ObserverState& state_;
  std::vector<Task> tasks_;
  std::vector<ModelTotals*> models_;
  std::vector<SlotRecent> slots_;
  bool shedding_ = false;
};

}  // namespace sluice::serve
