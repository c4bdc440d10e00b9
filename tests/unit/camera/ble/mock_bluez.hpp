// A BlueZ with one adapter and one device, on a bus of its own.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <sdbus-c++/sdbus-c++.h>

namespace sluice::camera::ble {

using Value = std::vector<std::uint8_t>;

inline Value bytes(const std::string& text) {
  return {text.begin(), text.end()};
}

/// Speaks org.bluez as its documents say, as far as a reader of a characteristic sees it. It owns
/// the name as long as it lives.
class MockBluez {
 public:
  struct Options {
    bool has_adapter = true;
    bool needs_discovery = false;  ///< the device is there only once it is looked for
  };

  static constexpr const char* kAddress = "AA:BB:CC:DD:EE:FF";
  static constexpr const char* kName = "Nano 33 BLE 7";
  static constexpr const char* kServiceUuid = "0000181a-0000-1000-8000-00805f9b34fb";
  static constexpr const char* kValueUuid = "00002a6e-0000-1000-8000-00805f9b34fb";

  MockBluez(const std::string& address, Options options)
      : connection_(sdbus::createSessionBusConnectionWithAddress(address)) {
    connection_->addObjectManager("/", sdbus::floating_slot);
    if (options.has_adapter) add_adapter();
    if (options.has_adapter && !options.needs_discovery) add_device();
    connection_->requestName("org.bluez");
    connection_->enterEventLoopAsync();
  }
  ~MockBluez() {
    // Before the next one asks for it.
    connection_->releaseName("org.bluez");
    connection_->leaveEventLoop();
  }
  MockBluez(const MockBluez&) = delete;
  MockBluez& operator=(const MockBluez&) = delete;

  void notify(const std::string& text) {
    set_value(text);
    value_->emitPropertiesChangedSignal("org.bluez.GattCharacteristic1", {"Value"});
  }
  void set_value(const std::string& text) {
    const std::lock_guard lock(mutex_);
    current_ = bytes(text);
  }
  void lose_device() {
    {
      const std::lock_guard lock(mutex_);
      connected_ = false;
    }
    device_->emitPropertiesChangedSignal("org.bluez.Device1", {"Connected"});
  }

  int reads() { return count(reads_); }
  int subscriptions() { return count(subscriptions_); }
  int discoveries() { return count(discoveries_); }
  int disconnections() { return count(disconnections_); }

 private:
  using Dictionary = std::map<std::string, sdbus::Variant>;

  int count(const int& counter) {
    const std::lock_guard lock(mutex_);
    return counter;
  }

  void add_adapter() {
    const std::string adapter = "org.bluez.Adapter1";
    adapter_ = sdbus::createObject(*connection_, "/org/bluez/hci0");
    adapter_->registerMethod("SetDiscoveryFilter")
        .onInterface(adapter)
        .implementedAs([](const Dictionary&) {});
    adapter_->registerMethod("StartDiscovery").onInterface(adapter).implementedAs([this] {
      const std::lock_guard lock(mutex_);
      ++discoveries_;
      if (!device_) add_device();
    });
    adapter_->registerMethod("StopDiscovery").onInterface(adapter).implementedAs([] {});
    adapter_->registerProperty("Powered").onInterface(adapter).withGetter([] { return true; });
    adapter_->finishRegistration();
  }

  void add_device() {
    const std::string path = "/org/bluez/hci0/dev_AA_BB_CC_DD_EE_FF";
    const std::string device = "org.bluez.Device1";
    device_ = sdbus::createObject(*connection_, path);
    device_->registerProperty("Address").onInterface(device).withGetter(
        [] { return std::string(kAddress); });
    device_->registerProperty("Name").onInterface(device).withGetter(
        [] { return std::string(kName); });
    for (const char* name : {"Connected", "ServicesResolved"}) {
      device_->registerProperty(name).onInterface(device).withGetter([this] {
        const std::lock_guard lock(mutex_);
        return connected_;
      });
    }
    device_->registerMethod("Connect").onInterface(device).implementedAs([this] {
      const std::lock_guard lock(mutex_);
      connected_ = true;
    });
    device_->registerMethod("Disconnect").onInterface(device).implementedAs([this] {
      const std::lock_guard lock(mutex_);
      connected_ = false;
      ++disconnections_;
    });
    device_->finishRegistration();

    service_ = sdbus::createObject(*connection_, path + "/service000a");
    service_->registerProperty("UUID").onInterface("org.bluez.GattService1").withGetter([] {
      return std::string(kServiceUuid);
    });
    service_->finishRegistration();

    const std::string characteristic = "org.bluez.GattCharacteristic1";
    value_ = sdbus::createObject(*connection_, path + "/service000a/char000b");
    value_->registerProperty("UUID").onInterface(characteristic).withGetter([] {
      return std::string(kValueUuid);
    });
    value_->registerProperty("Service").onInterface(characteristic).withGetter([path] {
      return sdbus::ObjectPath(path + "/service000a");
    });
    value_->registerProperty("Value").onInterface(characteristic).withGetter([this] {
      const std::lock_guard lock(mutex_);
      return current_;
    });
    value_->registerMethod("StartNotify").onInterface(characteristic).implementedAs([this] {
      const std::lock_guard lock(mutex_);
      ++subscriptions_;
    });
    value_->registerMethod("ReadValue")
        .onInterface(characteristic)
        .implementedAs([this](const Dictionary&) {
          const std::lock_guard lock(mutex_);
          ++reads_;
          return current_;
        });
    value_->finishRegistration();
  }

  std::mutex mutex_;
  Value current_;
  bool connected_ = false;
  int reads_ = 0;
  int subscriptions_ = 0;
  int discoveries_ = 0;
  int disconnections_ = 0;
  std::unique_ptr<sdbus::IConnection> connection_;
  std::unique_ptr<sdbus::IObject> adapter_;
  std::unique_ptr<sdbus::IObject> device_;
  std::unique_ptr<sdbus::IObject> service_;
  std::unique_ptr<sdbus::IObject> value_;
};

}  // namespace sluice::camera::ble
