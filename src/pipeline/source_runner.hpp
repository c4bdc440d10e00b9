// Drives a Feeder on real time.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "pipeline/feeder.hpp"

namespace sluice::pipeline {

/// One thread that waits for each frame's due time and submits it. The public functions are
/// thread-safe.
class SourceRunner {
 public:
  /// The run starts now, by `clock`. clock and consumer must outlive the runner.
  SourceRunner(const FeederOptions& options, std::vector<TaskSource> sources,
               FrameConsumer& consumer, const base::Clock& clock);
  /// As stop(), and waits for the thread.
  ~SourceRunner();
  SourceRunner(const SourceRunner&) = delete;
  SourceRunner& operator=(const SourceRunner&) = delete;

  /// No further frame is submitted once the one in hand is. Does not wait.
  void stop();
  /// Looks at the clock again: for clocks that a test moves.
  void wake();
  /// Waits until the feed has ended or was stopped.
  void wait();
  /// The same for at most `timeout`. False: it still runs.
  bool wait_for(base::Duration timeout);
  /// Per source, in the order given; up to the frame before the one in hand.
  [[nodiscard]] std::vector<FeedCounts> counts() const;

 private:
  void run();

  const base::Clock& clock_;
  Feeder feeder_;  ///< used by the thread only
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<FeedCounts> counts_;
  bool stop_ = false;
  bool woken_ = false;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace sluice::pipeline
