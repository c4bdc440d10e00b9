// Would starting this batch now make a more important request late, one that is queued or one
// that is announced? Internal to schedule/.
#pragma once

#include <vector>

#include "schedule/planner.hpp"

namespace sluice::schedule {

class Lookahead {
 public:
  struct Verdict {
    bool allowed = true;
    Time until = base::kNever;  ///< not allowed: the announced arrival that decides
    TaskId task = kNone;        ///< not allowed: the announced task that is protected
  };

  /// A batch of `time` and highest priority `priority` on `slot`; `members` are in it.
  Verdict judge(const State& state, const Planner& plan, SlotId slot, Duration time,
                std::int32_t priority, const std::vector<Request*>& members);

 private:
  struct Demand {
    Time release;
    Time deadline;
    Duration work;
    SlotMask slots;
    bool firm;  ///< announced, or queued and as important as an announced task
    bool done;
  };
  Verdict strict(const State& state, SlotId slot, Duration time, std::int32_t priority) const;
  void collect(const State& state, const Planner& plan, Time until, std::int32_t priority,
               const std::vector<Request*>& members);
  void collect_queued(const Planner& plan, const State& state, SlotId slot, std::int32_t priority,
                      const std::vector<Request*>& members);
  /// Of what collect_queued() gave: all wait for one slot, so they run by deadline, one by one.
  [[nodiscard]] std::size_t late_in_order(Time slot_free) const;
  enum class Scope : std::uint8_t {
    until_idle,  ///< all, up to the first moment at which every slot is idle
    all,
    firm,  ///< only the firm ones
  };
  /// Serves `demands_` earliest deadline first and counts who is late.
  [[nodiscard]] std::size_t misses(const State& state, SlotId slot, Time slot_free, Scope scope);

  std::vector<Demand> demands_;
  std::vector<Time> free_;
};

}  // namespace sluice::schedule
