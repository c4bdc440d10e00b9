#include "pipeline/read_ahead.hpp"

#include <utility>

namespace sluice::pipeline {

ReadAhead::ReadAhead(std::unique_ptr<FrameStream> inner, std::size_t depth)
    : inner_(std::move(inner)), depth_(depth), thread_([this] { run(); }) {}

ReadAhead::~ReadAhead() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

base::Result<std::optional<Frame>> ReadAhead::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !ready_.empty() || inner_ended_; });
  if (ready_.empty()) return std::nullopt;
  Item item = std::move(ready_.front());
  ready_.pop_front();
  changed_.notify_all();
  return item;
}

bool ReadAhead::ended() const {
  const std::lock_guard lock(mutex_);
  return inner_ended_ && ready_.empty();
}

void ReadAhead::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stop_ || ready_.size() < depth_; });
    if (stop_) return;
    lock.unlock();
    Item item = inner_->next();
    lock.lock();
    const bool end = item && !*item;
    if (end) {
      inner_ended_ = true;
    } else {
      ready_.push_back(std::move(item));
    }
    changed_.notify_all();
    if (end) return;
  }
}

}  // namespace sluice::pipeline
