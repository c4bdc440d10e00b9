#include "monitor/resource.hpp"

namespace sluice::monitor {

telemetry::ResourceSample to_resource(const Sample& sample) {
  telemetry::ResourceSample resource;
  resource.time = sample.time;
  resource.cpu = sample.cpu.value_or(0);
  if (sample.memory) {
    resource.memory_total_bytes = static_cast<double>(sample.memory->total_bytes);
    resource.memory_used_bytes =
        static_cast<double>(sample.memory->total_bytes - sample.memory->available_bytes);
  }
  resource.process_rss_bytes = static_cast<double>(sample.process.rss_bytes.value_or(0));
  resource.process_cpu = sample.process.cpu.value_or(0);
  resource.temperature_c = sample.temperature_c().value_or(0);
  resource.power_w = sample.power_w().value_or(0);
  resource.gpu = sample.gpu().value_or(0);
  resource.throttled = sample.throttling.active();
  return resource;
}

PressureInput to_pressure_input(const Sample& sample) {
  return {sample.temperature_c(), sample.power_w(), sample.throttling.active()};
}

}  // namespace sluice::monitor
