// Watches the machine on a thread of its own.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "monitor/monitor.hpp"
#include "monitor/pressure.hpp"

namespace sluice::monitor {

struct WatcherOptions {
  base::Duration interval{std::chrono::seconds(1)};  ///< time between readings; positive
  PressureOptions pressure;
};

/// Takes a reading at once and then every interval, until it is destroyed.
class Watcher {
 public:
  /// Gets each reading and the pressure after it, on the watcher's thread.
  using OnSample = std::function<void(const Sample&, double pressure)>;

  /// Error: interval or pressure options out of range.
  static base::Result<std::unique_ptr<Watcher>> start(const WatcherOptions& options,
                                                      std::unique_ptr<Monitor> monitor,
                                                      OnSample on_sample);
  /// Ends the thread; no call of on_sample after this.
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

 private:
  Watcher(base::Duration interval, PressureController controller, std::unique_ptr<Monitor> monitor,
          OnSample on_sample);
  void run();

  base::Duration interval_;
  PressureController controller_;
  std::unique_ptr<Monitor> monitor_;
  OnSample on_sample_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace sluice::monitor
