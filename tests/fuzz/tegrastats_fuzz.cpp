// The tegrastats parser takes any line, and never invents numbers out of range.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "monitor/tegrastats.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

bool share(double value) {
  return value >= 0 && value <= 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto sample =
      sluice::monitor::parse_tegrastats({reinterpret_cast<const char*>(data), size});
  if (!sample) return 0;
  for (const auto& core : sample->cores) require(share(core.utilisation));
  for (const auto& engine : sample->engines) require(share(engine.utilisation.value_or(0)));
  if (sample->gpu) require(share(sample->gpu->utilisation.value_or(0)));
  for (const auto& sensor : sample->temperatures) {
    require(sluice::monitor::plausible_temperature(sensor.celsius));
  }
  require(std::isfinite(sample->power_w().value_or(0)));
  return 0;
}
