// A clock that a test or a simulator moves by hand.
#pragma once

#include <atomic>

#include "base/time.hpp"

namespace sluice::base {

class ManualClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return Time(Duration(now_.load())); }
  void set(Time t) { now_.store(t.time_since_epoch().count()); }
  void advance(Duration d) { now_.fetch_add(d.count()); }

 private:
  std::atomic<Duration::rep> now_{0};
};

}  // namespace sluice::base
