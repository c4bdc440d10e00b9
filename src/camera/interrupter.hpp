// Waiting that another thread can end.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "base/time.hpp"

namespace sluice::camera {

/// The longest time that is waited for at once: more would overflow the operating system's clock.
inline constexpr base::Duration kLongestWait = std::chrono::hours(24);

/// Thread-safe.
class Interrupter {
 public:
  /// Waits for `time`, in real time, or until it is interrupted. Whether it is.
  bool wait(base::Duration time) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::min(time, kLongestWait), [this] { return interrupted_; });
  }
  void interrupt() {
    const std::lock_guard lock(mutex_);
    interrupted_ = true;
    changed_.notify_all();
  }
  [[nodiscard]] bool interrupted() const {
    const std::lock_guard lock(mutex_);
    return interrupted_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool interrupted_ = false;
};

}  // namespace sluice::camera
