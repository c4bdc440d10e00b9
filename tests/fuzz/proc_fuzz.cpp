// The parsers of /proc and control-group files take any text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "monitor/cgroup.hpp"
#include "monitor/proc.hpp"
#include "monitor/sensors.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice::monitor;
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  const CpuStat stat = parse_stat(text);
  if (stat.all) {
    require(stat.all->busy <= stat.all->total);
    const double use = utilisation(CpuTimes{}, *stat.all).value_or(0);
    require(use >= 0 && use <= 1);
  }
  if (const auto memory = parse_meminfo(text)) {
    require(memory->available_bytes <= memory->total_bytes);
    require(memory->swap_free_bytes <= memory->swap_total_bytes);
  }
  if (const auto load = parse_loadavg(text)) require((*load)[0] >= 0);
  if (const auto cpus = parse_cpu_max(text)) require(*cpus > 0);
  if (const auto cpus = count_cpu_list(text)) require(*cpus > 0);
  for (const auto& interface : parse_net_dev(text)) require(!interface.name.empty());
  parse_process_ticks(text);
  parse_process_status(text);
  parse_cgroup_paths(text);
  parse_firmware_flags(text);
  return 0;
}
