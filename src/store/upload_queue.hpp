// Sends on, in the background, what waits on disk.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.hpp"
#include "base/time.hpp"
#include "store/back_off.hpp"

namespace sluice::store {

/// Sends what waits, the oldest first, and tries again with back-off what cannot be sent now;
/// nothing overtakes it. Thread-safe.
class UploadQueue {
 public:
  /// Sends the oldest that waits and forgets it; false: nothing waits. Called by one thread at a
  /// time.
  using SendFirst = std::function<base::Result<bool>()>;

  /// The clock must outlive it.
  UploadQueue(SendFirst send_first, BackOff back_off, const base::Clock& clock);
  /// Waits for what is being sent, at most for the other side's timeout.
  ~UploadQueue();
  UploadQueue(const UploadQueue&) = delete;
  UploadQueue& operator=(const UploadQueue&) = delete;

  /// Sends a few, unless it is too early for another attempt. Returns when to call it again:
  /// kNever where nothing waits.
  base::Time step();
  /// A thread calls step() from now on. Once.
  void start();
  /// There is something new.
  void wake();

  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  /// Of the last attempt; empty: it succeeded.
  [[nodiscard]] std::string last_error() const;

 private:
  void run();

  SendFirst send_first_;
  const base::Clock& clock_;
  std::atomic<std::uint64_t> sent_{0};
  std::mutex stepping_;
  BackOff back_off_;  ///< with stepping_
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string last_error_;
  bool woken_ = false;
  bool stopped_ = false;
  std::thread thread_;  // the last: it uses the others
};

}  // namespace sluice::store
