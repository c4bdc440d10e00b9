#include "serve/job_thread.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace sluice::serve {
namespace {

/// Keeps the system's wait far from overflow.
constexpr base::Duration kLongestWait = std::chrono::hours(1);

base::Status stopping() {
  return base::fail(base::ErrorCode::unavailable, "the server is shutting down");
}

base::Status run_safely(const JobThread::Work& work) {
  try {
    return work();
  } catch (const std::exception& e) {
    return base::fail(base::ErrorCode::internal, "unexpected failure: {}", e.what());
  }
}

}  // namespace

void JobThread::start(base::Duration period, std::function<void()> every) {
  period_ = period;
  every_ = std::move(every);
  thread_ = std::thread([this] { run(); });
}

void JobThread::set_period(base::Duration period) {
  const std::scoped_lock lock(mutex_);
  period_ = period;
}

void JobThread::post(Work work, Done done) {
  {
    const std::scoped_lock lock(mutex_);
    if (!stopped_) {
      jobs_.push_back({std::move(work), std::move(done)});
      changed_.notify_one();
      return;
    }
  }
  if (done) done(stopping());
}

void JobThread::stop() {
  std::deque<Job> left;
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    left.swap(jobs_);
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
  for (const Job& job : left) {
    if (job.done) job.done(stopping());
  }
}

void JobThread::run() {
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    if (jobs_.empty()) {
      const bool forever = period_ == base::kForever;
      const auto called = changed_.wait_for(lock, std::min(period_, kLongestWait),
                                            [this] { return stopped_ || !jobs_.empty(); });
      if (called || forever) continue;
      lock.unlock();
      every_();
      lock.lock();
      continue;
    }
    const Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    base::Status status = run_safely(job.work);
    if (job.done) job.done(std::move(status));
    lock.lock();
  }
}

}  // namespace sluice::serve
