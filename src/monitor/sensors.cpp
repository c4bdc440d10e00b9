#include "monitor/sensors.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

#include <fmt/format.h>

#include "monitor/text.hpp"

namespace sluice::monitor {
namespace {

// A label or type file's text; `otherwise` if there is none.
std::string read_label(const std::filesystem::path& path, std::string_view otherwise) {
  const auto text = read_text(path);
  const std::string_view label = text ? trim(*text) : std::string_view();
  return std::string(label.empty() ? otherwise : label);
}

void add_plausible(std::vector<Temperature>& temperatures, std::string name,
                   std::optional<double> millidegrees, bool zone) {
  if (millidegrees && plausible_temperature(*millidegrees / 1000)) {
    temperatures.push_back({std::move(name), *millidegrees / 1000, zone});
  }
}

void read_hwmon(const std::filesystem::path& device, std::vector<Temperature>& temperatures) {
  const std::string chip = read_label(device / "name", device.filename().string());
  // Sensors are numbered from 1, with holes; the numbers come from the files that are there.
  std::vector<std::string> sensors;
  std::error_code error;
  std::filesystem::directory_iterator it(device, error);
  for (; !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.starts_with("temp") && name.ends_with("_input")) {
      sensors.push_back(name.substr(0, name.size() - std::string_view("_input").size()));
    }
  }
  std::sort(sensors.begin(), sensors.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
  for (const std::string& sensor : sensors) {
    const std::string label = read_label(device / (sensor + "_label"), sensor);
    add_plausible(temperatures, fmt::format("{}/{}", chip, label),
                  read_number<double>(device / (sensor + "_input")), false);
  }
}

std::optional<std::uint64_t> throttle_events(const std::filesystem::path& cpus) {
  std::optional<std::uint64_t> events;
  for (const auto& cpu : numbered_entries(cpus, "cpu")) {
    for (const char* file : {"core_throttle_count", "package_throttle_count"}) {
      const auto count = read_number<std::uint64_t>(cpu / "thermal_throttle" / file);
      if (count) events = events.value_or(0) + *count;
    }
  }
  return events;
}

std::optional<double> frequency_cap(const std::filesystem::path& cpus) {
  std::optional<double> cap;
  for (const auto& policy : numbered_entries(cpus / "cpufreq", "policy")) {
    const auto allowed = read_number<double>(policy / "scaling_max_freq");
    const auto possible = read_number<double>(policy / "cpuinfo_max_freq");
    if (!allowed || !possible || *allowed <= 0 || *possible <= 0) continue;
    // Boost frequencies can be allowed above cpuinfo_max_freq.
    cap = std::min(cap.value_or(1.0), *allowed / *possible);
  }
  return cap;
}

// The firmware node is soc/soc:firmware on Raspberry Pi 1 to 4, with an address since.
std::optional<std::uint32_t> firmware_flags(const std::filesystem::path& platform) {
  std::error_code error;
  std::filesystem::directory_iterator soc(platform, error);
  for (; !error && soc != std::filesystem::directory_iterator(); soc.increment(error)) {
    if (!soc->path().filename().string().starts_with("soc")) continue;
    std::error_code inner;
    std::filesystem::directory_iterator node(soc->path(), inner);
    for (; !inner && node != std::filesystem::directory_iterator(); node.increment(inner)) {
      if (!node->path().filename().string().ends_with("firmware")) continue;
      const auto text = read_text(node->path() / "get_throttled");
      if (text) return parse_firmware_flags(*text);
    }
  }
  return std::nullopt;
}

}  // namespace

bool plausible_temperature(double celsius) {
  return celsius > -100 && celsius < 200;
}

std::vector<Temperature> read_temperatures(const std::filesystem::path& root) {
  std::vector<Temperature> temperatures;
  for (const auto& zone : numbered_entries(root / "sys/class/thermal", "thermal_zone")) {
    add_plausible(temperatures, read_label(zone / "type", zone.filename().string()),
                  read_number<double>(zone / "temp"), true);
  }
  for (const auto& device : numbered_entries(root / "sys/class/hwmon", "hwmon")) {
    read_hwmon(device, temperatures);
  }
  return temperatures;
}

std::optional<double> hottest(const std::vector<Temperature>& temperatures) {
  std::optional<double> zone, other;
  for (const Temperature& sensor : temperatures) {
    if (sensor.name.starts_with("PMIC")) continue;
    std::optional<double>& hotter = sensor.zone ? zone : other;
    hotter = std::max(hotter.value_or(sensor.celsius), sensor.celsius);
  }
  return zone ? zone : other;
}

ThrottleReading read_throttling(const std::filesystem::path& root) {
  const std::filesystem::path cpus = root / "sys/devices/system/cpu";
  return {throttle_events(cpus), firmware_flags(root / "sys/devices/platform"),
          frequency_cap(cpus)};
}

std::optional<std::uint32_t> parse_firmware_flags(std::string_view text) {
  text = trim(text);
  if (text.starts_with("0x")) text.remove_prefix(2);
  std::uint32_t flags = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, flags, 16);
  if (text.empty() || result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  return flags;
}

}  // namespace sluice::monitor
