#include "monitor/proc.hpp"

#include <algorithm>
#include <limits>

#include "monitor/text.hpp"

namespace sluice::monitor {
namespace {

// The kernel's own limit on x86 (CONFIG_NR_CPUS_RANGE_END) is 8192.
constexpr std::uint32_t kMaxCpus = 8192;

std::optional<CpuTimes> parse_cpu_times(std::string_view line) {
  // user nice system idle iowait irq softirq steal; guest times are part of user and nice.
  CpuTimes times;
  for (int field = 0; field < 8; ++field) {
    const auto ticks = parse_number<std::uint64_t>(take_word(line));
    if (!ticks) {
      if (field < 4) return std::nullopt;
      break;
    }
    if (*ticks > std::numeric_limits<std::uint64_t>::max() - times.total) return std::nullopt;
    times.total += *ticks;
    if (field != 3 && field != 4) times.busy += *ticks;
  }
  return times;
}

// "16318212 kB" in bytes.
std::optional<std::uint64_t> parse_kilobytes(std::string_view value) {
  const auto kilobytes = parse_number<std::uint64_t>(take_word(value));
  if (!kilobytes || *kilobytes > std::numeric_limits<std::uint64_t>::max() / 1024) {
    return std::nullopt;
  }
  return *kilobytes * 1024;
}

// Splits "Key:   value"; an empty key: not such a line.
std::pair<std::string_view, std::string_view> split_key(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return {};
  return {trim(line.substr(0, colon)), trim(line.substr(colon + 1))};
}

}  // namespace

CpuStat parse_stat(std::string_view text) {
  CpuStat stat;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    const std::string_view name = take_word(line);
    if (!name.starts_with("cpu")) continue;
    if (name == "cpu") {
      stat.all = parse_cpu_times(line);
      continue;
    }
    const auto number = parse_number<std::uint32_t>(name.substr(3));
    if (!number || *number >= kMaxCpus) continue;
    if (stat.cores.size() <= *number) stat.cores.resize(*number + 1);
    stat.cores[*number] = parse_cpu_times(line);
  }
  return stat;
}

std::optional<double> utilisation(const CpuTimes& before, const CpuTimes& after) {
  if (after.total <= before.total || after.busy < before.busy) return std::nullopt;
  const double busy = static_cast<double>(after.busy - before.busy);
  // iowait may go backwards, so that busy can seem to exceed the total by a tick.
  return std::min(1.0, busy / static_cast<double>(after.total - before.total));
}

std::optional<Memory> parse_meminfo(std::string_view text) {
  std::optional<std::uint64_t> total, available, swap_total, swap_free;
  while (!text.empty()) {
    const auto [key, value] = split_key(take_line(text));
    if (key == "MemTotal") total = parse_kilobytes(value);
    if (key == "MemAvailable") available = parse_kilobytes(value);
    if (key == "SwapTotal") swap_total = parse_kilobytes(value);
    if (key == "SwapFree") swap_free = parse_kilobytes(value);
  }
  if (!total || !available) return std::nullopt;
  Memory memory;
  memory.total_bytes = *total;
  memory.available_bytes = std::min(*available, *total);
  memory.swap_total_bytes = swap_total.value_or(0);
  memory.swap_free_bytes = std::min(swap_free.value_or(0), memory.swap_total_bytes);
  return memory;
}

std::vector<InterfaceBytes> parse_net_dev(std::string_view text) {
  std::vector<InterfaceBytes> interfaces;
  while (!text.empty()) {
    auto [name, counters] = split_key(take_line(text));
    if (name.empty()) continue;
    std::array<std::optional<std::uint64_t>, 9> fields;
    for (auto& field : fields) field = parse_number<std::uint64_t>(take_word(counters));
    // Columns: 8 of reception, the first in bytes, then those of transmission.
    if (fields[0] && fields[8]) {
      interfaces.push_back({std::string(name), *fields[0], *fields[8]});
    }
  }
  return interfaces;
}

std::optional<std::array<double, 3>> parse_loadavg(std::string_view text) {
  std::array<double, 3> load{};
  for (double& value : load) {
    const auto parsed = parse_number<double>(take_word(text));
    if (!parsed || *parsed < 0) return std::nullopt;
    value = *parsed;
  }
  return load;
}

std::optional<std::uint64_t> parse_process_ticks(std::string_view text) {
  // The second field is the program's name in parentheses; it may hold spaces and parentheses.
  const std::size_t end_of_name = text.rfind(')');
  if (end_of_name == std::string_view::npos) return std::nullopt;
  text.remove_prefix(end_of_name + 1);
  for (int field = 3; field < 14; ++field) take_word(text);
  const auto user = parse_number<std::uint64_t>(take_word(text));
  const auto system = parse_number<std::uint64_t>(take_word(text));
  if (!user || !system || *user > std::numeric_limits<std::uint64_t>::max() - *system) {
    return std::nullopt;
  }
  return *user + *system;
}

ProcessStatus parse_process_status(std::string_view text) {
  ProcessStatus status;
  while (!text.empty()) {
    const auto [key, value] = split_key(take_line(text));
    if (key == "VmRSS") status.rss_bytes = parse_kilobytes(value);
    if (key == "Cpus_allowed_list") status.allowed_cpus = count_cpu_list(value);
  }
  return status;
}

std::optional<std::uint32_t> count_cpu_list(std::string_view list) {
  std::uint32_t count = 0;
  list = trim(list);
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    const std::string_view range = list.substr(0, comma);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    const std::size_t dash = range.find('-');
    const auto first = parse_number<std::uint32_t>(range.substr(0, dash));
    const auto last = dash == std::string_view::npos
                          ? first
                          : parse_number<std::uint32_t>(range.substr(dash + 1));
    if (!first || !last || *last < *first || *last >= kMaxCpus) return std::nullopt;
    count += *last - *first + 1;
    if (count > kMaxCpus) return std::nullopt;
  }
  if (count == 0) return std::nullopt;
  return count;
}

}  // namespace sluice::monitor
