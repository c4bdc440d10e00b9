// One line of NVIDIA's tegrastats, as JetPack 4, 5 and 6 print it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "monitor/sensors.hpp"

namespace sluice::monitor {

struct TegraMemory {
  std::uint64_t used_bytes = 0;
  std::uint64_t total_bytes = 0;
};

/// One entry of CPU [...]; `off`: the core is offline.
struct TegraCore {
  bool online = false;
  double utilisation = 0;     ///< 0..1
  std::optional<double> mhz;  ///< some versions print no clock to ordinary users
};

/// An engine or bus: EMC, GR3D, NVENC, NVDEC, VIC, APE, ...
struct TegraEngine {
  std::string name;  ///< without the suffix _FREQ
  bool on = false;
  std::optional<double> utilisation;  ///< 0..1, of the time at this clock
  std::vector<double> mhz;            ///< one clock, or one per GPC of the GPU
};

/// A power rail: VDD_*, POM_*, VIN_*, ...
struct PowerRail {
  std::string name;
  double mw = 0;       ///< now
  double mean_mw = 0;  ///< since tegrastats started
};

/// What the line said; absent or empty: it did not say.
struct TegraSample {
  std::string timestamp;  ///< "07-10-2024 12:00:01", local time
  std::optional<TegraMemory> ram;
  std::optional<TegraMemory> swap;
  std::vector<TegraCore> cores;  ///< by cpu number
  std::optional<TegraEngine> emc;
  std::optional<TegraEngine> gpu;  ///< GR3D
  std::vector<TegraEngine> engines;
  std::vector<Temperature> temperatures;  ///< without sensors that are off (-256C)
  std::vector<PowerRail> rails;

  /// What the module draws, in watts: its input rail (VDD_IN, POM_5V_IN) where it has one, else
  /// the sum of the rails but for those fed by another rail. nullopt: without rails.
  [[nodiscard]] std::optional<double> power_w() const;
};

/// Parts it does not know are skipped: every JetPack adds some. Error: the line has neither RAM
/// nor CPU, so it is not of tegrastats.
base::Result<TegraSample> parse_tegrastats(std::string_view line);

}  // namespace sluice::monitor
