#include "monitor/sample.hpp"

namespace sluice::monitor {

bool Throttling::active() const {
  constexpr std::uint32_t kNow = 0xf;
  return capped || new_events.value_or(0) > 0 || (reading.firmware.value_or(0) & kNow) != 0;
}

std::optional<double> Sample::temperature_c() const {
  std::vector<Temperature> all = temperatures;
  if (tegra) all.insert(all.end(), tegra->temperatures.begin(), tegra->temperatures.end());
  return hottest(all);
}

std::optional<double> Sample::power_w() const {
  return tegra ? tegra->power_w() : std::nullopt;
}

std::optional<double> Sample::gpu() const {
  return tegra && tegra->gpu ? tegra->gpu->utilisation : std::nullopt;
}

}  // namespace sluice::monitor
