#include "camera/push_camera.hpp"

#include <utility>

namespace sluice::camera {

using base::ErrorCode;

PushCamera::PushCamera(std::string name, Frames frames, std::size_t capacity)
    : name_(std::move(name)),
      queue_(frames == Frames::latest ? 1 : capacity,
             frames == Frames::latest ? WhenFull::drop_oldest : WhenFull::refuse) {}

base::Status PushCamera::push(Sample sample) {
  const base::Time captured = sample.captured;
  const bool taken = queue_.put(std::move(sample));
  const std::lock_guard lock(mutex_);
  if (taken) {
    ++statistics_.samples;
    statistics_.captured = captured;
    return {};
  }
  ++statistics_.lost;
  return base::fail(ErrorCode::unavailable, "camera {}: {}", name_,
                    queue_.closed() ? "it is closed"
                                    : "as many samples wait as its buffer holds; try again later");
}

base::Result<std::optional<Sample>> PushCamera::next(base::Duration timeout) {
  auto sample = queue_.take(timeout);
  if (queue_.closed()) {
    return base::fail(ErrorCode::unavailable, "camera {}: interrupted", name_);
  }
  if (!sample) {
    return base::fail(ErrorCode::unavailable, "camera {}: nothing was pushed within {:.1f} s",
                      name_, base::to_seconds(timeout));
  }
  return sample;
}

Statistics PushCamera::statistics() const {
  const std::lock_guard lock(mutex_);
  Statistics statistics = statistics_;
  statistics.replaced = queue_.dropped();
  return statistics;
}

}  // namespace sluice::camera
