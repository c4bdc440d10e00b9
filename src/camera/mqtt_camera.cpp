#include "camera/mqtt_camera.hpp"

#include <utility>

#include "camera/payload.hpp"

namespace sluice::camera {
namespace {

using base::ErrorCode;

constexpr const char* kBrokerAway = "the MQTT broker is not connected";

}  // namespace

MqttCamera::MqttCamera(std::string name, const MqttOptions& options, Frames frames,
                       std::size_t capacity, std::shared_ptr<mqtt::Client> client,
                       const vision::Decoder* decoder)
    : name_(std::move(name)),
      options_(options),
      frames_(frames),
      client_(std::move(client)),
      decoder_(decoder),
      messages_(std::make_unique<Messages>(frames == Frames::latest ? 1 : capacity,
                                           WhenFull::drop_oldest)) {}

base::Result<std::unique_ptr<MqttCamera>> MqttCamera::open(std::string name,
                                                           const MqttOptions& options,
                                                           Frames frames, std::size_t capacity,
                                                           std::shared_ptr<mqtt::Client> client,
                                                           const vision::Decoder* decoder,
                                                           const base::Clock& clock) {
  std::unique_ptr<MqttCamera> camera(
      new MqttCamera(std::move(name), options, frames, capacity, client, decoder));
  auto subscribed =
      client->subscribe(options.topic, options.qos,
                        [messages = camera->messages_.get(), &clock](const auto& message) {
                          messages->put({message.payload, clock.now()});
                        });
  if (!subscribed) return tl::unexpected(std::move(subscribed.error()));
  camera->subscription_ = std::move(*subscribed);
  return camera;
}

base::Result<std::optional<Sample>> MqttCamera::next(base::Duration timeout) {
  auto message = messages_->take(timeout);
  if (messages_->closed()) {
    return base::fail(ErrorCode::unavailable, "camera {}: interrupted", name_);
  }
  if (!message) {
    return base::fail(ErrorCode::unavailable, "camera {}: {}", name_,
                      client_->connected() ? fmt::format("no message at '{}' within {:.1f} s",
                                                         options_.topic, base::to_seconds(timeout))
                                           : kBrokerAway);
  }
  auto sample = payload_sample(fmt::format("{}#{}", name_, taken_++), message->arrived,
                               message->payload, options_.payload, decoder_);
  const std::lock_guard lock(mutex_);
  statistics_.failed = !sample;
  if (!sample) {
    ++statistics_.lost;
    statistics_.error = sample.error().message;
    return tl::unexpected(base::with_context("camera " + name_, std::move(sample.error())));
  }
  ++statistics_.samples;
  statistics_.captured = message->arrived;
  return std::move(*sample);
}

Statistics MqttCamera::statistics() const {
  const bool connected = client_->connected();
  const std::lock_guard lock(mutex_);
  Statistics statistics = statistics_;
  (frames_ == Frames::latest ? statistics.replaced : statistics.lost) += messages_->dropped();
  if (!connected) {
    statistics.failed = true;
    statistics.error = kBrokerAway;
  }
  return statistics;
}

}  // namespace sluice::camera
