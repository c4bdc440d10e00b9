#include "pipeline/source_runner.hpp"

#include <algorithm>
#include <utility>

namespace sluice::pipeline {

SourceRunner::SourceRunner(const FeederOptions& options, std::vector<TaskSource> sources,
                           FrameConsumer& consumer, const base::Clock& clock)
    : clock_(clock),
      feeder_(options, std::move(sources), consumer, clock.now()),
      counts_(feeder_.counts()),
      thread_([this] { run(); }) {}

SourceRunner::~SourceRunner() {
  stop();
  thread_.join();
}

void SourceRunner::stop() {
  const std::lock_guard lock(mutex_);
  stop_ = true;
  changed_.notify_all();
}

void SourceRunner::wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  changed_.notify_all();
}

void SourceRunner::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return ended_; });
}

bool SourceRunner::wait_for(base::Duration timeout) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [this] { return ended_; });
}

std::vector<FeedCounts> SourceRunner::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void SourceRunner::run() {
  // Longer waits would overflow the deadline that the condition variable computes.
  constexpr base::Duration kLongest = std::chrono::hours(1);
  std::unique_lock lock(mutex_);
  while (!stop_ && feeder_.next_due() != base::kNever) {
    const base::Duration ahead = feeder_.next_due() - clock_.now();
    if (ahead > base::Duration(0)) {
      changed_.wait_for(lock, std::min(ahead, kLongest), [this] { return stop_ || woken_; });
      woken_ = false;
      continue;
    }
    lock.unlock();
    feeder_.step(clock_.now());
    lock.lock();
    counts_ = feeder_.counts();
  }
  lock.unlock();
  feeder_.end();
  lock.lock();
  ended_ = true;
  changed_.notify_all();
}

}  // namespace sluice::pipeline
