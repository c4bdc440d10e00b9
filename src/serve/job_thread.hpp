// One thread for what takes long: jobs in order, and something to look after between them.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "base/result.hpp"
#include "base/time.hpp"

namespace sluice::serve {

/// Thread-safe, but start() and stop() belong to the owner.
class JobThread {
 public:
  using Work = std::function<base::Status()>;
  using Done = std::function<void(base::Status)>;

  ~JobThread() { stop(); }

  /// `every` runs on the thread each `period` (kForever: never) of idling.
  void start(base::Duration period, std::function<void()> every);
  void set_period(base::Duration period);
  /// Runs `work`, then `done` with its result, on the thread. Once stop() was called, `done` gets
  /// an error at once.
  void post(Work work, Done done);
  /// Waits for the job in hand; those that wait get an error.
  void stop();

 private:
  struct Job {
    Work work;
    Done done;
  };
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  base::Duration period_ = base::kForever;
  std::function<void()> every_;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace sluice::serve
