#include "store/upload_queue.hpp"

#include <utility>

namespace sluice::store {
namespace {

// At a time: between them the thread looks whether it shall end.
constexpr int kFew = 16;

}  // namespace

UploadQueue::UploadQueue(SendFirst send_first, BackOff back_off, const base::Clock& clock)
    : send_first_(std::move(send_first)), clock_(clock), back_off_(back_off) {}

UploadQueue::~UploadQueue() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

base::Time UploadQueue::step() {
  const std::lock_guard lock(stepping_);
  if (clock_.now() < back_off_.ready()) return back_off_.ready();
  for (int i = 0; i < kFew; ++i) {
    const auto sent = send_first_();
    if (!sent) back_off_.failed(clock_.now());
    {
      const std::lock_guard state(mutex_);
      last_error_ = sent ? std::string() : sent.error().message;
    }
    if (!sent) return back_off_.ready();
    back_off_.succeeded();
    if (!*sent) return base::kNever;
    ++sent_;
  }
  return clock_.now();
}

void UploadQueue::start() {
  thread_ = std::thread([this] { run(); });
}

void UploadQueue::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

std::string UploadQueue::last_error() const {
  const std::lock_guard lock(mutex_);
  return last_error_;
}

void UploadQueue::run() {
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    woken_ = false;
    lock.unlock();
    const base::Time next = step();
    const base::Duration wait = next == base::kNever ? base::kForever : next - clock_.now();
    lock.lock();
    const auto due = [this] { return woken_ || stopped_; };
    if (next == base::kNever) {
      changed_.wait(lock, due);
    } else if (wait.count() > 0) {
      // What is new has to wait, too: only the end cuts a back-off short.
      changed_.wait_for(lock, wait, [this] { return stopped_; });
    }
  }
}

}  // namespace sluice::store
