// A camera that is read as samples come, by a thread of its own.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>

#include "camera/bounded_queue.hpp"
#include "camera/camera.hpp"

namespace sluice::camera {

/// The samples of another camera out of a buffer, so that none of them waits in the operating
/// system or on the network, where its age would not be seen. A broken sample is an entry of the
/// buffer like any other, but it never takes the place of a good one that is to be the newest.
class BufferedCamera final : public Camera {
 public:
  enum class Keep : std::uint8_t {
    latest,      ///< the newest sample; those that it replaces are counted
    every_live,  ///< `capacity` samples; the oldest one is dropped for a newer one, and counted
    every,       ///< `capacity` samples; the other camera waits while they are not taken
  };

  /// `capacity`: at least 1; latest needs none.
  BufferedCamera(std::string name, std::unique_ptr<Camera> inner, Keep keep, std::size_t capacity);
  /// Waits for the call of the inner camera that goes on.
  ~BufferedCamera() override;
  BufferedCamera(const BufferedCamera&) = delete;
  BufferedCamera& operator=(const BufferedCamera&) = delete;

  base::Result<std::optional<Sample>> next(base::Duration timeout) override;
  void interrupt() override;
  [[nodiscard]] Statistics statistics() const override;

 private:
  using Entry = base::Result<Sample>;
  void run();

  const std::string name_;
  const std::unique_ptr<Camera> inner_;
  const Keep keep_;
  BoundedQueue<Entry> queue_;
  std::atomic<bool> interrupted_ = false;
  std::thread thread_;
};

/// The newest sample only.
inline std::unique_ptr<BufferedCamera> latest_camera(std::string name,
                                                     std::unique_ptr<Camera> inner) {
  return std::make_unique<BufferedCamera>(std::move(name), std::move(inner),
                                          BufferedCamera::Keep::latest, 1);
}

}  // namespace sluice::camera
