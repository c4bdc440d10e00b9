// A camera or sensor that publishes its samples at an MQTT broker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "camera/bounded_queue.hpp"
#include "camera/camera.hpp"
#include "camera/options.hpp"
#include "mqtt/client.hpp"
#include "vision/decoder.hpp"

namespace sluice::camera {

/// A sample counts as captured when its message arrives. It is read and decoded when it is taken,
/// so that the client's thread is not held up, and a message that is replaced costs nothing.
class MqttCamera final : public Camera {
 public:
  /// latest: a message replaces the one that waits. every: `capacity` messages may wait, and the
  /// oldest is dropped for a newer one. `decoder` (null where the payload has no image) and the
  /// clock are borrowed, the latter until the client ends. Error (invalid): the topic.
  static base::Result<std::unique_ptr<MqttCamera>> open(std::string name,
                                                        const MqttOptions& options, Frames frames,
                                                        std::size_t capacity,
                                                        std::shared_ptr<mqtt::Client> client,
                                                        const vision::Decoder* decoder,
                                                        const base::Clock& clock);

  base::Result<std::optional<Sample>> next(base::Duration timeout) override;
  void interrupt() override { messages_->close(); }
  /// Failed also while the broker is away.
  [[nodiscard]] Statistics statistics() const override;

 private:
  struct Message {
    std::string payload;
    base::Time arrived;
  };
  using Messages = BoundedQueue<Message>;

  MqttCamera(std::string name, const MqttOptions& options, Frames frames, std::size_t capacity,
             std::shared_ptr<mqtt::Client> client, const vision::Decoder* decoder);

  const std::string name_;
  const MqttOptions options_;
  const Frames frames_;
  const std::shared_ptr<mqtt::Client> client_;
  const vision::Decoder* const decoder_;
  const std::unique_ptr<Messages> messages_;
  std::uint64_t taken_ = 0;

  mutable std::mutex mutex_;
  Statistics statistics_;
  mqtt::Client::Subscription subscription_;  ///< last: it ends first
};

}  // namespace sluice::camera
