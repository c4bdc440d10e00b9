// The loadable library: what gatt.hpp promises, with BlueZ.
#include "camera/ble/bluez_link.hpp"
#include "camera/gatt.hpp"

namespace sluice::camera::ble {
namespace {

class BluezGatt final : public Gatt {
 public:
  [[nodiscard]] base::Result<std::unique_ptr<GattLink>> connect(
      const BleOptions& options, base::Duration timeout) const override {
    return connect_bluez(options, timeout);
  }
};

}  // namespace
}  // namespace sluice::camera::ble

extern "C" [[gnu::visibility("default")]] const sluice::camera::Gatt* sluice_gatt() {
  static const sluice::camera::ble::BluezGatt gatt;
  return &gatt;
}
