// Parsers of the files of /proc (formats: proc(5)). Pure functions from text; what is missing or
// malformed is absent from the result.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::monitor {

/// Clock ticks since boot. `busy` is all but idle and iowait; time stolen by a hypervisor counts
/// as busy, because nobody here could use it.
struct CpuTimes {
  std::uint64_t busy = 0;
  std::uint64_t total = 0;
};

/// The cpu lines of /proc/stat.
struct CpuStat {
  std::optional<CpuTimes> all;
  /// By cpu number; nullopt: offline (the kernel leaves its line out).
  std::vector<std::optional<CpuTimes>> cores;
};
CpuStat parse_stat(std::string_view text);

/// The busy share (0..1) of the time between two readings; nullopt: no time passed, or the
/// counters went backwards (they do when a core is taken offline and back).
std::optional<double> utilisation(const CpuTimes& before, const CpuTimes& after);

/// /proc/meminfo. `available` is what can be had without swapping.
struct Memory {
  std::uint64_t total_bytes = 0;
  std::uint64_t available_bytes = 0;
  std::uint64_t swap_total_bytes = 0;
  std::uint64_t swap_free_bytes = 0;
};
/// nullopt: without MemTotal or MemAvailable.
std::optional<Memory> parse_meminfo(std::string_view text);

/// One line of /proc/net/dev: bytes since boot.
struct InterfaceBytes {
  std::string name;
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
};
std::vector<InterfaceBytes> parse_net_dev(std::string_view text);

/// /proc/loadavg: runnable tasks, averaged over 1, 5 and 15 minutes.
std::optional<std::array<double, 3>> parse_loadavg(std::string_view text);

/// /proc/PID/stat: user and system time of the process, in clock ticks.
std::optional<std::uint64_t> parse_process_ticks(std::string_view text);

/// What is used of /proc/PID/status.
struct ProcessStatus {
  std::optional<std::uint64_t> rss_bytes;     ///< VmRSS
  std::optional<std::uint32_t> allowed_cpus;  ///< number of cpus in Cpus_allowed_list
};
ProcessStatus parse_process_status(std::string_view text);

/// How many cpus a list such as "0-3,6" names; nullopt: malformed.
std::optional<std::uint32_t> count_cpu_list(std::string_view list);

}  // namespace sluice::monitor
