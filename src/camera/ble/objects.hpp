// What BlueZ has on D-Bus, and how a device and its characteristic are found in it (BlueZ's
// documents org.bluez.Adapter, org.bluez.Device, org.bluez.GattCharacteristic).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <sdbus-c++/Types.h>

#include "camera/options.hpp"

namespace sluice::camera::ble {

inline constexpr const char* kAdapter = "org.bluez.Adapter1";
inline constexpr const char* kDevice = "org.bluez.Device1";
inline constexpr const char* kService = "org.bluez.GattService1";
inline constexpr const char* kCharacteristic = "org.bluez.GattCharacteristic1";

using Properties = std::map<std::string, sdbus::Variant>;
/// The properties of each interface of each object.
using Objects = std::map<sdbus::ObjectPath, std::map<std::string, Properties>>;

/// A property; nullopt: it is not there, or of another type.
template <class T>
std::optional<T> property(const Properties& properties, const std::string& name) {
  const auto found = properties.find(name);
  if (found == properties.end() || !found->second.containsValueOfType<T>()) return std::nullopt;
  return found->second.get<T>();
}

/// The adapter of that name ("hci0"); empty: the first.
std::optional<sdbus::ObjectPath> find_adapter(const Objects& objects, const std::string& name);

/// The device with the options' address, or else with their name in its own.
std::optional<sdbus::ObjectPath> find_device(const Objects& objects, const BleOptions& options);

/// Whether a property of an object says yes.
bool is_true(const Objects& objects, const sdbus::ObjectPath& path, const std::string& interface,
             const std::string& name);

/// The characteristic of a device, with the options' UUIDs.
std::optional<sdbus::ObjectPath> find_characteristic(const Objects& objects,
                                                     const sdbus::ObjectPath& device,
                                                     const BleOptions& options);

/// In lower case, and with 128 bits: "2A37" is "00002a37-0000-1000-8000-00805f9b34fb" (Bluetooth
/// Core Specification, volume 3, part B, section 2.5.1).
std::string full_uuid(std::string_view uuid);

}  // namespace sluice::camera::ble
