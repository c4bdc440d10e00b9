// A device's characteristic through BlueZ.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "camera/gatt.hpp"
#include "camera/options.hpp"

namespace sluice::camera::ble {

/// As Gatt::connect. Talks to org.bluez on the system's bus, wherever DBUS_SYSTEM_BUS_ADDRESS says
/// that is.
base::Result<std::unique_ptr<GattLink>> connect_bluez(const BleOptions& options,
                                                      base::Duration timeout);

}  // namespace sluice::camera::ble
