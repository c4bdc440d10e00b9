// The configuration loader on arbitrary text: it must end with a configuration or with problems,
// and whatever it accepts must be good enough to describe a workload or to say why not.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/load.hpp"
#include "config/workload.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  // The first line, if it begins with "--set ", is a setting.
  std::string_view text(reinterpret_cast<const char*>(data), size);
  config::LoadOptions options;
  options.environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "SET") return "1";
    return std::nullopt;
  };
  constexpr std::string_view kSetting = "--set ";
  if (text.starts_with(kSetting)) {
    const auto end = text.find('\n');
    options.settings.emplace_back(text.substr(kSetting.size(), end - kSetting.size()));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }

  const auto loaded = config::load_text(text, "fuzz.yaml", options);
  require(loaded.config.has_value() == loaded.problems.empty());
  for (const auto& problem : loaded.problems) {
    require(!problem.message.empty());
    require(!config::to_string(problem).empty());
  }
  if (!loaded.config) return 0;
  const auto& c = *loaded.config;
  // A folder of models has those that the file does not name; stations need no tasks.
  const bool folder = !c.serve.models.empty();
  require((folder || !c.models.empty()) && !c.compare.policies.empty());
  for (const auto& task : c.tasks) require(folder || task.options.model < c.models.size());
  for (const auto& station : c.stations) require(!station.name.empty());
  const auto workload = config::to_workload(c, 4);
  if (workload) {
    require(workload->services.size() == c.models.size());
    require(workload->arrivals.size() == c.tasks.size());
  } else {
    require(!workload.error().message.empty());
  }
  return 0;
}
