// Reads the machine: /proc, /sys and, on Jetson boards, tegrastats.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "monitor/sample.hpp"
#include "monitor/tegrastats_reader.hpp"

namespace sluice::monitor {

struct MonitorOptions {
  /// The folder that holds proc/ and sys/; tests give a tree of files.
  std::string root = "/";
  /// A log that tegrastats writes (--logfile). Empty: none.
  std::string tegrastats_log;
  /// The live command, for example {"tegrastats", "--interval", "1000"}. Empty: none. Only one of
  /// the two.
  std::vector<std::string> tegrastats_command;
  /// A tegrastats reading older than this is left out.
  base::Duration tegrastats_fresh{std::chrono::seconds(10)};
};

/// Takes one reading per call, on the caller's thread. Not thread-safe. Rates are those since the
/// call before, so callers keep an interval of 100 ms or more (/proc/stat counts in 10 ms ticks).
class Monitor {
 public:
  /// The clock must outlive the monitor. Error: tegrastats is asked for and cannot be read or
  /// started. Nothing that is missing in /proc or /sys is an error.
  static base::Result<std::unique_ptr<Monitor>> create(const MonitorOptions& options,
                                                       const base::Clock& clock);

  [[nodiscard]] Sample sample();

 private:
  Monitor(MonitorOptions options, const base::Clock& clock);
  void sample_cpu(Sample& sample);
  void sample_process(Sample& sample, std::optional<double> seconds);
  void sample_network(Sample& sample, std::optional<double> seconds);
  void sample_throttling(Sample& sample);
  void sample_limits(Sample& sample) const;
  void sample_tegra(Sample& sample);

  MonitorOptions options_;
  const base::Clock& clock_;
  double ticks_per_second_;
  std::unique_ptr<TegrastatsReader> tegrastats_;

  std::optional<base::Time> last_time_;
  CpuStat cpu_;
  std::optional<std::uint64_t> process_ticks_;
  std::vector<InterfaceBytes> network_;
  std::optional<std::uint64_t> throttle_events_;
  std::optional<double> highest_cap_;
  std::optional<std::uint32_t> allowed_cpus_;
};

}  // namespace sluice::monitor
