// From options to a camera.
#pragma once

#include <functional>
#include <memory>

#include "base/result.hpp"
#include "camera/camera.hpp"
#include "camera/gatt.hpp"
#include "camera/options.hpp"
#include "mqtt/client.hpp"
#include "vision/decoder.hpp"

namespace sluice::camera {

/// What cameras are made with.
struct Parts {
  /// Of the broker that a camera with MqttOptions names; others need none.
  std::shared_ptr<mqtt::Client> mqtt{};
  /// Called where there is something to decode.
  std::function<base::Result<const vision::Decoder*>()> decoder = vision::decoder;
  /// Called for a Bluetooth device.
  std::function<base::Result<const Gatt*>()> gatt = camera::gatt;
};

/// A camera that is ready for next(); with PushOptions a PushCamera. What comes by itself (all but
/// images, videos and patterns at the reader's pace, pushes and MQTT messages) is read by a thread
/// of the camera from now on. The clock is borrowed.
///
/// A live camera that is away is no error here, but of next(). Errors: invalid and not_found (an
/// option that cannot be; no such folder or file, no image or frame in it), unsupported (a library
/// that is not installed). Their messages, as all of the camera's, name no password.
base::Result<std::unique_ptr<Camera>> open(const CameraOptions& options, const base::Clock& clock,
                                           const Parts& parts = {});

}  // namespace sluice::camera
