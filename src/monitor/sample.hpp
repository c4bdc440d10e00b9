// One reading of the machine. Whatever the machine does not tell is absent.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "monitor/cgroup.hpp"
#include "monitor/proc.hpp"
#include "monitor/sensors.hpp"
#include "monitor/tegrastats.hpp"

namespace sluice::monitor {

/// This process.
struct ProcessUse {
  std::optional<std::uint64_t> rss_bytes;
  std::optional<double> cpu;  ///< cores used since the reading before
};

/// Bytes per second since the reading before.
struct NetworkRate {
  std::string interface;
  double received = 0;
  double sent = 0;
};

/// Whether the machine runs slower than it could.
struct Throttling {
  ThrottleReading reading;
  /// x86: throttle events since the reading before.
  std::optional<std::uint64_t> new_events;
  /// The frequency cap has fallen below the highest seen by this monitor. A cap that was there
  /// from the start is an administrator's choice.
  bool capped = false;

  /// New events, a firmware flag for now (bits 0 to 3), or a lowered cap.
  [[nodiscard]] bool active() const;
};

/// What this process may use at most.
struct Limits {
  CgroupLimits cgroup;
  std::optional<std::uint32_t> allowed_cpus;  ///< by affinity
  /// The least of online cores, allowed cpus and the quota.
  std::optional<double> cores;
  /// The lesser of the machine's memory and the group's limit.
  std::optional<std::uint64_t> memory_bytes;
};

struct Sample {
  base::Time time{};
  /// 0..1 of all cores since the reading before; absent in the first.
  std::optional<double> cpu;
  /// The same per core, by cpu number; absent: offline, or the first reading.
  std::vector<std::optional<double>> cores;
  std::optional<Memory> memory;
  ProcessUse process;
  std::optional<std::array<double, 3>> load;  ///< over 1, 5 and 15 minutes
  std::vector<Temperature> temperatures;
  std::vector<NetworkRate> network;  ///< absent in the first reading
  Throttling throttling;
  Limits limits;
  std::optional<TegraSample> tegra;  ///< if configured and fresh

  /// The hottest sensor, tegrastats' among them (see monitor::hottest).
  [[nodiscard]] std::optional<double> temperature_c() const;
  /// From tegrastats.
  [[nodiscard]] std::optional<double> power_w() const;
  /// GPU utilisation 0..1, from tegrastats.
  [[nodiscard]] std::optional<double> gpu() const;
};

}  // namespace sluice::monitor
