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
};

/// Not thread-safe; the engine holds its lock in every scheduler call.
class EventTap final : public schedule::EventSink {
 public:
  explicit EventTap(schedule::EventSink& next) : next_(next) {}

  void on_event(const schedule::Event& event) override {
    if (event.kind == schedule::EventKind::dropped) {
      ended_.push_back({event.request, event.time, schedule::Outcome::dropped, event.reason});
    } else if (event.kind == schedule::EventKind::finished) {
      ended_.push_back({event.request, event.time, event.outcome, event.reason});
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
