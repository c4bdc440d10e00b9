// When to try again what failed.
#pragma once

#include <algorithm>

#include "base/time.hpp"

namespace sluice::store {

/// Waits `first` after a failure, twice as long after each further one, `most` at most. A value;
/// not thread-safe.
class BackOff {
 public:
  BackOff(base::Duration first, base::Duration most) : first_(first), most_(most) {}

  void succeeded() {
    wait_ = base::Duration{0};
    ready_ = base::Time::min();
  }
  void failed(base::Time now) {
    wait_ = std::min(most_, wait_.count() == 0 ? first_ : wait_ * 2);
    ready_ = base::add(now, wait_);
  }
  /// When the next attempt may begin; in the past where nothing failed.
  [[nodiscard]] base::Time ready() const { return ready_; }

 private:
  base::Duration first_;
  base::Duration most_;
  base::Duration wait_{0};
  base::Time ready_ = base::Time::min();
};

}  // namespace sluice::store
