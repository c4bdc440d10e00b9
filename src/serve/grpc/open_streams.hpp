// The streams that would stay open as long as their client likes, so that a stopping server can
// end them.
#pragma once

#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace sluice::serve::grpc {

class OpenStream {
 public:
  virtual ~OpenStream() = default;
  /// Ends as soon as what was accepted is answered. Must not block.
  virtual void stop() = 0;
};

/// Thread-safe. Calls no stream while it holds its lock: ending one may remove it.
class OpenStreams {
 public:
  /// Stops the stream at once if the server is stopping.
  void add(const std::shared_ptr<OpenStream>& stream) {
    {
      const std::lock_guard lock(mutex_);
      open_.emplace(stream.get(), stream);
      if (!stopping_) return;
    }
    stream->stop();
  }
  void remove(const OpenStream* stream) {
    const std::lock_guard lock(mutex_);
    open_.erase(stream);
  }
  void stop() {
    std::vector<std::shared_ptr<OpenStream>> streams;
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      for (const auto& [key, weak] : open_) {
        if (auto stream = weak.lock()) streams.push_back(std::move(stream));
      }
    }
    for (const auto& stream : streams) stream->stop();
  }

 private:
  std::mutex mutex_;
  std::unordered_map<const OpenStream*, std::weak_ptr<OpenStream>> open_;
  bool stopping_ = false;
};

}  // namespace sluice::serve::grpc
