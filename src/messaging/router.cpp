#include "messaging/router.hpp"

#include "base/shared_library.hpp"

namespace sluice::messaging {
namespace {

base::Result<RouterFactory*> load_factory() {
  auto function = base::load_function("libsluice-zmq.so", "sluice_router_factory");
  if (!function) return tl::unexpected(base::with_context("ZeroMQ", function.error()));
  return reinterpret_cast<RouterFactory* (*)()>(*function)();
}

}  // namespace

base::Result<std::unique_ptr<Router>> open_router(const RouterOptions& options) {
  static const base::Result<RouterFactory*> factory = load_factory();
  if (!factory) return tl::unexpected(factory.error());
  return (*factory)->open(options);
}

}  // namespace sluice::messaging
