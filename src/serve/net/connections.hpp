// The connections that are open, so that they can be counted and told to finish.
#pragma once

#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace sluice::serve::net {

class Stream;

/// Thread-safe.
class Connections {
 public:
  void add(const std::shared_ptr<Stream>& stream) {
    const std::lock_guard lock(mutex_);
    open_.emplace(stream.get(), stream);
  }
  void remove(const Stream* stream) {
    const std::lock_guard lock(mutex_);
    open_.erase(stream);
  }
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return open_.size();
  }
  [[nodiscard]] std::vector<std::shared_ptr<Stream>> all() const {
    std::vector<std::shared_ptr<Stream>> streams;
    const std::lock_guard lock(mutex_);
    for (const auto& [key, weak] : open_) {
      if (auto stream = weak.lock()) streams.push_back(std::move(stream));
    }
    return streams;
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_map<const Stream*, std::weak_ptr<Stream>> open_;
};

}  // namespace sluice::serve::net
