// What waits between the thread that captures and the one that takes.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "base/time.hpp"
#include "camera/interrupter.hpp"

namespace sluice::camera {

/// What put() does when the queue is full.
enum class WhenFull : std::uint8_t {
  drop_oldest,
  refuse,
  wait,  ///< until there is room
};

/// Thread-safe.
template <class T>
class BoundedQueue {
 public:
  /// `capacity` at least 1.
  BoundedQueue(std::size_t capacity, WhenFull when_full)
      : capacity_(capacity), when_full_(when_full) {}

  /// False: it is refused, since the queue is full or closed.
  bool put(T value) {
    std::unique_lock lock(mutex_);
    if (when_full_ == WhenFull::wait) {
      changed_.wait(lock, [this] { return closed_ || values_.size() < capacity_; });
    }
    if (closed_) return false;
    if (values_.size() == capacity_) {
      if (when_full_ == WhenFull::refuse) return false;
      values_.pop_front();
      ++dropped_;
    }
    values_.push_back(std::move(value));
    changed_.notify_all();
    return true;
  }

  /// Waits at most for `timeout`. nullopt: nothing came, or the queue is closed and empty.
  std::optional<T> take(base::Duration timeout) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::min(timeout, kLongestWait),
                      [this] { return closed_ || !values_.empty(); });
    if (values_.empty()) return std::nullopt;
    T value = std::move(values_.front());
    values_.pop_front();
    changed_.notify_all();
    return value;
  }

  /// Nothing more comes; what waits can still be taken.
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

  [[nodiscard]] bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }
  [[nodiscard]] bool empty() const {
    const std::lock_guard lock(mutex_);
    return values_.empty();
  }
  /// How many were dropped for newer ones.
  [[nodiscard]] std::uint64_t dropped() const {
    const std::lock_guard lock(mutex_);
    return dropped_;
  }

 private:
  const std::size_t capacity_;
  const WhenFull when_full_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> values_;
  bool closed_ = false;
  std::uint64_t dropped_ = 0;
};

}  // namespace sluice::camera
