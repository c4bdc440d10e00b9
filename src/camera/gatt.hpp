// Characteristics of Bluetooth Low Energy devices. What reads them (BlueZ, over D-Bus) is a library
// of its own, src/camera/ble/, loaded when first needed.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"

namespace sluice::camera {

struct BleOptions;

/// A connected device. One thread calls next(); interrupt() may be called on any.
class GattLink {
 public:
  virtual ~GattLink() = default;
  /// The characteristic's next value: the next notification, or what is read when the next read is
  /// due. nullopt: the connection is lost. Blocks, at most for `timeout`. Errors: unavailable
  /// (nothing in time, interrupted), io (it cannot be read).
  virtual base::Result<std::optional<std::string>> next(base::Duration timeout) = 0;
  virtual void interrupt() = 0;
};

/// Thread-safe.
class Gatt {
 public:
  virtual ~Gatt() = default;
  /// Looks for the device, connects, and subscribes where no poll is wanted: blocks, at most for
  /// about `timeout`. Errors: unavailable (no D-Bus, no BlueZ, no adapter, no such device in
  /// reach), not_found (the device has no such characteristic).
  [[nodiscard]] virtual base::Result<std::unique_ptr<GattLink>> connect(
      const BleOptions& options, base::Duration timeout) const = 0;
};

/// The library, loaded on first use. Error (unsupported): it is not installed, or one that it
/// needs. Thread-safe.
base::Result<const Gatt*> gatt();

}  // namespace sluice::camera
