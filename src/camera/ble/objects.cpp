#include "camera/ble/objects.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace sluice::camera::ble {
namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

const Properties* properties_of(const Objects& objects, const sdbus::ObjectPath& path,
                                const std::string& interface) {
  const auto object = objects.find(path);
  if (object == objects.end()) return nullptr;
  const auto found = object->second.find(interface);
  return found == object->second.end() ? nullptr : &found->second;
}

bool is_within(const sdbus::ObjectPath& path, const std::string& parent) {
  return path.starts_with(parent + "/");
}

bool is_wanted(const Properties& device, const BleOptions& options) {
  if (!options.address.empty()) {
    const auto address = property<std::string>(device, "Address");
    return address && lower_case(*address) == lower_case(options.address);
  }
  const auto matches = [&](const char* name) {
    const auto value = property<std::string>(device, name);
    return value && value->find(options.name) != std::string::npos;
  };
  return matches("Name") || matches("Alias");
}

bool has_uuid(const Properties& properties, const std::string& wanted) {
  const auto uuid = property<std::string>(properties, "UUID");
  return uuid && full_uuid(*uuid) == full_uuid(wanted);
}

}  // namespace

std::string full_uuid(std::string_view uuid) {
  const std::string lower = lower_case(uuid);
  constexpr std::string_view kBase = "-0000-1000-8000-00805f9b34fb";
  if (lower.size() == 4) return fmt::format("0000{}{}", lower, kBase);
  if (lower.size() == 8) return fmt::format("{}{}", lower, kBase);
  return lower;
}

std::optional<sdbus::ObjectPath> find_adapter(const Objects& objects, const std::string& name) {
  for (const auto& [path, interfaces] : objects) {
    if (interfaces.contains(kAdapter) && (name.empty() || path.ends_with("/" + name))) return path;
  }
  return std::nullopt;
}

std::optional<sdbus::ObjectPath> find_device(const Objects& objects, const BleOptions& options) {
  const auto adapter = find_adapter(objects, options.adapter);
  if (!adapter) return std::nullopt;
  for (const auto& [path, interfaces] : objects) {
    if (!options.adapter.empty() && !is_within(path, *adapter)) continue;
    const auto device = interfaces.find(kDevice);
    if (device != interfaces.end() && is_wanted(device->second, options)) return path;
  }
  return std::nullopt;
}

bool is_true(const Objects& objects, const sdbus::ObjectPath& path, const std::string& interface,
             const std::string& name) {
  const Properties* properties = properties_of(objects, path, interface);
  return properties != nullptr && property<bool>(*properties, name).value_or(false);
}

std::optional<sdbus::ObjectPath> find_characteristic(const Objects& objects,
                                                     const sdbus::ObjectPath& device,
                                                     const BleOptions& options) {
  for (const auto& [path, interfaces] : objects) {
    if (!is_within(path, device)) continue;
    const auto found = interfaces.find(kCharacteristic);
    if (found == interfaces.end() || !has_uuid(found->second, options.characteristic)) continue;
    if (options.service.empty()) return path;
    const auto service = property<sdbus::ObjectPath>(found->second, "Service");
    const Properties* properties = service ? properties_of(objects, *service, kService) : nullptr;
    if (properties != nullptr && has_uuid(*properties, options.service)) return path;
  }
  return std::nullopt;
}

}  // namespace sluice::camera::ble
