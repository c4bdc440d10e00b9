// Between the scheduler and the user's sink: passes events on and notes which requests ended.
#pragma once

#include <vector>

#include "schedule/event.hpp"

namespace sluice::runtime {

/// The end of one request, as its event told it.
struct End {
  schedule::RequestId request = 0;
  base::Time time{};
  schedule::Outcome outcome = schedule::Outcome::dropped;
  schedule::DropReason reason = schedule::DropReason::expired;
  schedule::ModelId model = schedule::kNone;
  schedule::TaskId other_task = schedule::kNone;
  schedule::Numbers numbers;
};

/// Not thread-safe; the engine holds its lock in every scheduler call.
class EventTap final : public schedule::EventSink {
 public:
  explicit EventTap(schedule::EventSink& next) : next_(next) {}

  void on_event(const schedule::Event& event) override {
    const bool dropped = event.kind == schedule::EventKind::dropped;
    if (dropped || event.kind == schedule::EventKind::finished) {
      ended_.push_back({event.request, event.time,
                        dropped ? schedule::Outcome::dropped : event.outcome, event.reason,
                        event.model, event.other_task, event.numbers});
    }
    next_.on_event(event);
  }

  /// The ends since the last clear().
  [[nodiscard]] const std::vector<End>& ended() const { return ended_; }
  void clear() { ended_.clear(); }

 private:
  schedule::EventSink& next_;
  std::vector<End> ended_;
};

}  // namespace sluice::runtime
