// A camera whose samples come in requests to the daemon.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>

#include "camera/bounded_queue.hpp"
#include "camera/camera.hpp"
#include "camera/options.hpp"

namespace sluice::camera {

class PushCamera final : public Camera {
 public:
  /// latest: a sample replaces the one that waits. every: `capacity` samples may wait.
  PushCamera(std::string name, Frames frames, std::size_t capacity);

  /// Hands a sample in. Errors (unavailable): the buffer is full, the camera is interrupted.
  /// Thread-safe.
  base::Status push(Sample sample);

  base::Result<std::optional<Sample>> next(base::Duration timeout) override;
  void interrupt() override { queue_.close(); }
  [[nodiscard]] Statistics statistics() const override;

 private:
  const std::string name_;
  BoundedQueue<Sample> queue_;
  mutable std::mutex mutex_;
  Statistics statistics_;
};

}  // namespace sluice::camera
