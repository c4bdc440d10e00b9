#include "camera/gatt.hpp"

#include "base/shared_library.hpp"

namespace sluice::camera {
namespace {

base::Result<const Gatt*> load_gatt() {
  auto function = base::load_function("libsluice-ble.so", "sluice_gatt");
  if (!function) {
    return tl::unexpected(base::with_context("Bluetooth devices", function.error()));
  }
  return reinterpret_cast<const Gatt* (*)()>(*function)();
}

}  // namespace

base::Result<const Gatt*> gatt() {
  static const base::Result<const Gatt*> loaded = load_gatt();
  return loaded;
}

}  // namespace sluice::camera
