// Temperatures and throttling flags from /sys.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::monitor {

/// One temperature sensor.
struct Temperature {
  std::string name;  ///< "x86_pkg_temp"; of hwmon: "coretemp/Core 0"
  double celsius = 0;
  bool zone = true;  ///< a thermal zone, which the kernel acts on; false: hwmon
};

/// Sensors that are off report absurd values (-256 °C on Jetson): false for those.
[[nodiscard]] bool plausible_temperature(double celsius);

/// Every plausible sensor of sys/class/thermal and sys/class/hwmon under `root`.
std::vector<Temperature> read_temperatures(const std::filesystem::path& root);

/// The hottest thermal zone, or hwmon sensor where there is no zone. Sensors called PMIC* do not
/// count: on Jetson boards they report a constant 50 or 100 °C.
std::optional<double> hottest(const std::vector<Temperature>& temperatures);

/// Counters and flags that tell whether the machine runs slower than it could.
struct ThrottleReading {
  /// Throttle events since boot, all cores and packages (x86: thermal_throttle/*_count).
  std::optional<std::uint64_t> events;
  /// Raspberry Pi firmware flags: bit 0 under-voltage, 1 frequency capped, 2 throttled, 3 soft
  /// temperature limit; bits 16 to 19: the same happened since boot.
  std::optional<std::uint32_t> firmware;
  /// The lowest scaling_max_freq / cpuinfo_max_freq of all cpufreq policies: 1 is uncapped. The
  /// kernel's thermal governor lowers it.
  std::optional<double> frequency_cap;
};
ThrottleReading read_throttling(const std::filesystem::path& root);

/// The firmware's flags as the file get_throttled holds them: hexadecimal, "0x" or not.
std::optional<std::uint32_t> parse_firmware_flags(std::string_view text);

}  // namespace sluice::monitor
