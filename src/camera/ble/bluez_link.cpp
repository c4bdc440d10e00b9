#include "camera/ble/bluez_link.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "camera/ble/bus.hpp"
#include "camera/ble/objects.hpp"

namespace sluice::camera::ble {
namespace {

using base::ErrorCode;
using Bytes = std::vector<std::uint8_t>;

constexpr const char* kProperties = "org.freedesktop.DBus.Properties";
// Between looks at what BlueZ has found, where no signal comes sooner.
constexpr base::Duration kLook = std::chrono::milliseconds(250);
constexpr base::Duration kGoodbye = std::chrono::seconds(1);
// Notifications that wait to be taken: the oldest go.
constexpr std::size_t kMostValues = 256;

base::Error bus_error(const std::string& what, const sdbus::Error& error) {
  return {ErrorCode::unavailable, fmt::format("{}: {}", what, error.getMessage())};
}

class BluezLink final : public GattLink {
 public:
  BluezLink(BleOptions options, base::Duration timeout)
      : options_(std::move(options)), deadline_(clock_.now() + timeout) {}
  ~BluezLink() override { say_goodbye(); }
  BluezLink(const BluezLink&) = delete;
  BluezLink& operator=(const BluezLink&) = delete;

  /// Throws sdbus::Error.
  base::Status connect();

  base::Result<std::optional<std::string>> next(base::Duration timeout) override;
  void interrupt() override { bus_.interrupt(); }

 private:
  [[nodiscard]] base::Duration left(base::Time until) const {
    return std::max(until - clock_.now(), base::Duration::zero());
  }
  [[nodiscard]] bool expired() const { return clock_.now() >= deadline_; }

  Objects objects();
  base::Result<sdbus::ObjectPath> discover();
  base::Result<sdbus::ObjectPath> look_for_device();
  base::Result<sdbus::ObjectPath> resolve(const sdbus::ObjectPath& device);
  void watch_bluez();
  void watch_device();
  void watch_values();
  void wait_for_value(base::Time until);
  base::Result<std::optional<std::string>> read();
  void say_goodbye();

  const base::SteadyClock clock_;
  const BleOptions options_;
  const base::Time deadline_;  ///< of connecting
  Bus bus_;
  std::unique_ptr<sdbus::IProxy> root_ = bus_.object("/");
  std::unique_ptr<sdbus::IProxy> daemon_;
  std::unique_ptr<sdbus::IProxy> device_;
  std::unique_ptr<sdbus::IProxy> characteristic_;
  bool connected_here_ = false;
  bool lost_ = false;
  std::deque<std::string> values_;
  base::Time next_read_{};
};

Objects BluezLink::objects() {
  Objects objects;
  root_->callMethod("GetManagedObjects")
      .onInterface("org.freedesktop.DBus.ObjectManager")
      .withTimeout(std::max(left(deadline_), kLook))
      .storeResultsTo(objects);
  return objects;
}

base::Status BluezLink::connect() {
  watch_bluez();
  const auto path = discover();
  if (!path) return tl::unexpected(path.error());
  device_ = bus_.object(*path);
  watch_device();
  if (!is_true(objects(), *path, kDevice, "Connected")) {
    device_->callMethod("Connect").onInterface(kDevice).withTimeout(
        std::max(left(deadline_), kLook));
    connected_here_ = true;
  }
  const auto characteristic = resolve(*path);
  if (!characteristic) return tl::unexpected(characteristic.error());
  characteristic_ = bus_.object(*characteristic);
  if (options_.poll == base::Duration::zero()) {
    watch_values();
    characteristic_->callMethod("StartNotify").onInterface(kCharacteristic);
  }
  return {};
}

base::Result<sdbus::ObjectPath> BluezLink::discover() {
  const Objects known = objects();
  if (auto device = find_device(known, options_)) return *device;
  const auto path = find_adapter(known, options_.adapter);
  if (!path) {
    return base::fail(ErrorCode::unavailable, "there is no Bluetooth adapter{}{}",
                      options_.adapter.empty() ? "" : " ", options_.adapter);
  }
  const auto adapter = bus_.object(*path);
  const Properties filter{{"Transport", sdbus::Variant(std::string("le"))}};
  adapter->callMethod("SetDiscoveryFilter").onInterface(kAdapter).withArguments(filter);
  adapter->callMethod("StartDiscovery").onInterface(kAdapter);
  auto device = look_for_device();
  adapter->callMethod("StopDiscovery").onInterface(kAdapter);
  return device;
}

base::Result<sdbus::ObjectPath> BluezLink::look_for_device() {
  while (!expired() && !bus_.interrupted()) {
    if (auto device = find_device(objects(), options_)) return *device;
    bus_.wait(std::min(left(deadline_), kLook));
  }
  return base::fail(ErrorCode::unavailable, "no Bluetooth device {} '{}' is in reach",
                    options_.address.empty() ? "named" : "with the address",
                    options_.address.empty() ? options_.name : options_.address);
}

base::Result<sdbus::ObjectPath> BluezLink::resolve(const sdbus::ObjectPath& device) {
  while (!bus_.interrupted()) {
    const Objects known = objects();
    if (is_true(known, device, kDevice, "ServicesResolved")) {
      if (auto found = find_characteristic(known, device, options_)) return *found;
      return base::fail(ErrorCode::not_found, "the device has no characteristic {}{}{}",
                        options_.characteristic, options_.service.empty() ? "" : " in service ",
                        options_.service);
    }
    if (expired()) break;
    bus_.wait(std::min(left(deadline_), kLook));
  }
  return base::fail(ErrorCode::unavailable, "the device does not say which services it has");
}

void BluezLink::watch_bluez() {
  daemon_ = bus_.object("org.freedesktop.DBus", "/org/freedesktop/DBus");
  daemon_->uponSignal("NameOwnerChanged")
      .onInterface("org.freedesktop.DBus")
      .call([this](const std::string& name, const std::string&, const std::string& owner) {
        if (name == "org.bluez" && owner.empty()) lost_ = true;
      });
  daemon_->finishRegistration();
}

void BluezLink::watch_device() {
  device_->uponSignal("PropertiesChanged")
      .onInterface(kProperties)
      .call([this](const std::string& interface, const Properties& changed,
                   const std::vector<std::string>&) {
        if (interface == kDevice && !property<bool>(changed, "Connected").value_or(true)) {
          lost_ = true;
        }
      });
  device_->finishRegistration();
}

void BluezLink::watch_values() {
  characteristic_->uponSignal("PropertiesChanged")
      .onInterface(kProperties)
      .call([this](const std::string& interface, const Properties& changed,
                   const std::vector<std::string>&) {
        const auto value = property<Bytes>(changed, "Value");
        if (interface != kCharacteristic || !value) return;
        if (values_.size() == kMostValues) values_.pop_front();
        values_.emplace_back(value->begin(), value->end());
      });
  characteristic_->finishRegistration();
}

// Ends early with a value, an interruption, or the loss of the device.
void BluezLink::wait_for_value(base::Time until) {
  while (!lost_ && !bus_.interrupted() && values_.empty() && clock_.now() < until) {
    bus_.wait(left(until));
  }
}

base::Result<std::optional<std::string>> BluezLink::next(base::Duration timeout) try {
  const bool polled = options_.poll > base::Duration::zero();
  const base::Time give_up = base::add(clock_.now(), timeout);
  bus_.wait(base::Duration::zero());
  wait_for_value(polled ? std::min(give_up, next_read_) : give_up);
  if (bus_.interrupted()) return base::fail(ErrorCode::unavailable, "interrupted");
  if (!values_.empty()) {
    std::string value = std::move(values_.front());
    values_.pop_front();
    return value;
  }
  if (lost_) return std::nullopt;
  if (polled && clock_.now() >= next_read_) return read();
  return base::fail(ErrorCode::unavailable, "the device gave nothing within {:.1f} s",
                    base::to_seconds(timeout));
} catch (const sdbus::Error& error) {
  return base::fail(ErrorCode::io, "the device cannot be read: {}", error.getMessage());
}

base::Result<std::optional<std::string>> BluezLink::read() {
  next_read_ = clock_.now() + options_.poll;
  Bytes value;
  characteristic_->callMethod("ReadValue")
      .onInterface(kCharacteristic)
      .withArguments(Properties{})
      .storeResultsTo(value);
  return std::string(value.begin(), value.end());
}

// BlueZ ends notifications by itself when the bus connection is gone, but not the device's.
void BluezLink::say_goodbye() {
  if (!connected_here_ || lost_) return;
  try {
    device_->callMethod("Disconnect").onInterface(kDevice).withTimeout(kGoodbye);
  } catch (const sdbus::Error&) {
    return;  // it is gone already
  }
}

}  // namespace

base::Result<std::unique_ptr<GattLink>> connect_bluez(const BleOptions& options,
                                                      base::Duration timeout) {
  std::unique_ptr<BluezLink> link;
  try {
    link = std::make_unique<BluezLink>(options, timeout);
  } catch (const sdbus::Error& error) {
    return tl::unexpected(bus_error("there is no system D-Bus", error));
  }
  try {
    const auto connected = link->connect();
    if (!connected) return tl::unexpected(connected.error());
  } catch (const sdbus::Error& error) {
    return tl::unexpected(bus_error("BlueZ", error));
  }
  return link;
}

}  // namespace sluice::camera::ble
