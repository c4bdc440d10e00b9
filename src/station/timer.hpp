// When a timer's triggers are due. Internal to station/.
#pragma once

#include "base/time.hpp"

namespace sluice::station {

/// Ticks at multiples of a period. Ticks that were missed (the station was at work, or had stopped)
/// are one tick: triggers do not pile up. Not thread-safe.
class Timer {
 public:
  /// The first tick is one period after `now`. `every`: positive; kForever: there is none.
  Timer(base::Duration every, base::Time now) : every_(every), next_(base::add(now, every)) {}

  /// Has it ticked since the call before?
  bool due(base::Time now) {
    if (now < next_) return false;
    next_ = base::add(next_, every_ * ((now - next_) / every_ + 1));
    return true;
  }

  /// The next tick; kNever: there is none.
  [[nodiscard]] base::Time next() const { return next_; }

 private:
  base::Duration every_;
  base::Time next_;
};

}  // namespace sluice::station
