// SIGINT and SIGTERM as counts, SIGHUP as a call.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>

#include "base/result.hpp"

namespace sluice::cli {

/// While it lives, SIGINT and SIGTERM do not end the process but are counted. Make it before any
/// other thread: threads started afterwards inherit the blocked signals. One at a time.
class Signals {
 public:
  /// `on_signal` gets the count so far (1, 2, ...) on a thread of its own; `on_hangup` is called on
  /// the same one for SIGHUP. Without it, SIGHUP ends the process as ever.
  static base::Result<std::unique_ptr<Signals>> watch(std::function<void(int)> on_signal,
                                                      std::function<void()> on_hangup = {});
  /// Signals end the process again.
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  [[nodiscard]] int count() const { return count_.load(); }

 private:
  Signals(int signals, int stop, std::function<void(int)> on_signal,
          std::function<void()> on_hangup);
  void run();

  int signals_;  ///< signalfd
  int stop_;     ///< eventfd: the watcher shall end
  std::function<void(int)> on_signal_;
  std::function<void()> on_hangup_;
  std::atomic<int> count_{0};
  std::thread thread_;
};

}  // namespace sluice::cli
