#include "station/options.hpp"

namespace sluice::station {

const char* to_string(Mode mode) {
  return mode == Mode::item ? "item" : "stream";
}

const char* to_string(Run run) {
  return run == Run::always ? "always" : "when_active";
}

}  // namespace sluice::station
