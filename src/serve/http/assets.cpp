#include "serve/http/assets.hpp"

namespace sluice::serve::http {

std::span<const Asset> assets() {
#ifdef SLUICE_WEB_ASSETS
  return embedded_assets();
#else
  return {};
#endif
}

}  // namespace sluice::serve::http
