#include "serve/service.hpp"

namespace sluice::serve {

const char* to_string(ModelState state) {
  switch (state) {
    case ModelState::loading:
      return "LOADING";
    case ModelState::ready:
      return "READY";
    case ModelState::unloading:
      return "UNLOADING";
    case ModelState::unavailable:
      return "UNAVAILABLE";
  }
  return "UNKNOWN";
}

}  // namespace sluice::serve
