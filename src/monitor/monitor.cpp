#include "monitor/monitor.hpp"

#include <algorithm>
#include <utility>

#include <unistd.h>

#include "monitor/text.hpp"

namespace sluice::monitor {

Monitor::Monitor(MonitorOptions options, const base::Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      ticks_per_second_(static_cast<double>(::sysconf(_SC_CLK_TCK))) {}

base::Result<std::unique_ptr<Monitor>> Monitor::create(const MonitorOptions& options,
                                                       const base::Clock& clock) {
  std::unique_ptr<Monitor> monitor(new Monitor(options, clock));
  const bool log = !options.tegrastats_log.empty();
  const bool command = !options.tegrastats_command.empty();
  if (log && command) {
    return base::fail(base::ErrorCode::invalid,
                      "tegrastats: both a log file and a command are given; keep one of them");
  }
  if (log || command) {
    auto reader = log ? TegrastatsReader::open_log(options.tegrastats_log)
                      : TegrastatsReader::start(options.tegrastats_command);
    if (!reader) return tl::unexpected(reader.error());
    monitor->tegrastats_ = std::move(*reader);
  }
  return monitor;
}

Sample Monitor::sample() {
  Sample sample;
  sample.time = clock_.now();
  std::optional<double> seconds;
  if (last_time_ && sample.time > *last_time_) {
    seconds = base::to_seconds(sample.time - *last_time_);
  }
  const std::filesystem::path root = options_.root;
  if (const auto text = read_text(root / "proc/meminfo")) sample.memory = parse_meminfo(*text);
  if (const auto text = read_text(root / "proc/loadavg")) sample.load = parse_loadavg(*text);
  sample.temperatures = read_temperatures(root);
  sample_cpu(sample);
  sample_process(sample, seconds);
  sample_network(sample, seconds);
  sample_throttling(sample);
  sample_limits(sample);
  sample_tegra(sample);
  last_time_ = sample.time;
  return sample;
}

void Monitor::sample_cpu(Sample& sample) {
  const auto text = read_text(std::filesystem::path(options_.root) / "proc/stat");
  CpuStat now = text ? parse_stat(*text) : CpuStat{};
  if (now.all && cpu_.all) sample.cpu = utilisation(*cpu_.all, *now.all);
  sample.cores.resize(now.cores.size());
  for (std::size_t core = 0; core < std::min(now.cores.size(), cpu_.cores.size()); ++core) {
    if (now.cores[core] && cpu_.cores[core]) {
      sample.cores[core] = utilisation(*cpu_.cores[core], *now.cores[core]);
    }
  }
  cpu_ = std::move(now);
}

void Monitor::sample_process(Sample& sample, std::optional<double> seconds) {
  const std::filesystem::path self = std::filesystem::path(options_.root) / "proc/self";
  allowed_cpus_.reset();
  if (const auto text = read_text(self / "status")) {
    const ProcessStatus status = parse_process_status(*text);
    sample.process.rss_bytes = status.rss_bytes;
    allowed_cpus_ = status.allowed_cpus;
  }
  const auto text = read_text(self / "stat");
  const auto ticks = text ? parse_process_ticks(*text) : std::nullopt;
  if (ticks && process_ticks_ && *ticks >= *process_ticks_ && seconds) {
    const double used = static_cast<double>(*ticks - *process_ticks_);
    sample.process.cpu = used / ticks_per_second_ / *seconds;
  }
  process_ticks_ = ticks;
}

void Monitor::sample_network(Sample& sample, std::optional<double> seconds) {
  const auto text = read_text(std::filesystem::path(options_.root) / "proc/net/dev");
  std::vector<InterfaceBytes> now = text ? parse_net_dev(*text) : std::vector<InterfaceBytes>{};
  for (const InterfaceBytes& after : now) {
    const auto before =
        std::find_if(network_.begin(), network_.end(),
                     [&](const InterfaceBytes& other) { return other.name == after.name; });
    // Counters start again when an interface goes and comes back.
    if (!seconds || before == network_.end() || after.received < before->received ||
        after.sent < before->sent) {
      continue;
    }
    sample.network.push_back({after.name,
                              static_cast<double>(after.received - before->received) / *seconds,
                              static_cast<double>(after.sent - before->sent) / *seconds});
  }
  network_ = std::move(now);
}

void Monitor::sample_throttling(Sample& sample) {
  Throttling& throttling = sample.throttling;
  throttling.reading = read_throttling(options_.root);
  const auto events = throttling.reading.events;
  if (events && throttle_events_ && *events >= *throttle_events_) {
    throttling.new_events = *events - *throttle_events_;
  }
  throttle_events_ = events;
  if (const auto cap = throttling.reading.frequency_cap) {
    highest_cap_ = std::max(highest_cap_.value_or(*cap), *cap);
    throttling.capped = *cap < *highest_cap_;
  }
}

void Monitor::sample_limits(Sample& sample) const {
  Limits& limits = sample.limits;
  limits.cgroup = read_cgroup_limits(options_.root);
  limits.allowed_cpus = allowed_cpus_;
  const auto online = std::count_if(cpu_.cores.begin(), cpu_.cores.end(),
                                    [](const auto& core) { return core.has_value(); });
  const auto lower = [&limits](double cores) {
    limits.cores = std::min(limits.cores.value_or(cores), cores);
  };
  if (online > 0) lower(static_cast<double>(online));
  if (allowed_cpus_) lower(static_cast<double>(*allowed_cpus_));
  if (limits.cgroup.cpus) lower(*limits.cgroup.cpus);
  if (sample.memory) limits.memory_bytes = sample.memory->total_bytes;
  if (const auto limit = limits.cgroup.memory_bytes) {
    limits.memory_bytes = std::min(limits.memory_bytes.value_or(*limit), *limit);
  }
}

void Monitor::sample_tegra(Sample& sample) {
  if (!tegrastats_) return;
  tegrastats_->poll(sample.time);
  if (tegrastats_->latest() &&
      sample.time - tegrastats_->latest_time() <= options_.tegrastats_fresh) {
    sample.tegra = tegrastats_->latest();
  }
}

}  // namespace sluice::monitor
