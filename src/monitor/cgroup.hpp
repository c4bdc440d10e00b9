// What a container or a systemd unit allows this process: CPU and memory limits of control
// groups, version 2 and version 1.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::monitor {

/// Where the process is in each hierarchy, from /proc/self/cgroup; empty: not in it.
struct CgroupPaths {
  std::string unified;  ///< version 2
  std::string cpu;      ///< version 1
  std::string memory;   ///< version 1
};
CgroupPaths parse_cgroup_paths(std::string_view text);

/// Unset: no limit, or not known.
struct CgroupLimits {
  std::optional<double> cpus;                 ///< CPU time per wall time (quota / period)
  std::optional<std::uint64_t> memory_bytes;  ///< hard limit
};

/// "200000 100000" of cpu.max: 2 cpus. nullopt: "max" (no limit) or malformed.
std::optional<double> parse_cpu_max(std::string_view text);

/// The strictest limits of the process's group and all groups above it. `root` holds proc/ and
/// sys/. In a container the path of the host is often not visible: what is, counts.
CgroupLimits read_cgroup_limits(const std::filesystem::path& root);

}  // namespace sluice::monitor
