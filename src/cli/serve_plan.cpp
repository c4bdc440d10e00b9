#include "cli/serve_plan.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <thread>

#include <spdlog/spdlog.h>

#include "cli/serve_sources.hpp"
#include "config/document_json.hpp"
#include "config/redact.hpp"

namespace sluice::cli {
namespace {

base::Result<std::vector<std::string>> read_lines(const std::string& path) {
  errno = 0;
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(std::move(line));
  }
  if (!in.is_open() || in.bad()) {
    return base::fail(base::ErrorCode::io, "\"{}\" cannot be read: {}", path, std::strerror(errno));
  }
  return lines;
}

base::Result<serve::PlannedModel> planned(const config::ModelConfig& model, std::size_t index) {
  serve::PlannedModel out;
  out.options = model.options;
  for (const auto version : model.versions) out.versions.push_back(std::to_string(version));
  for (const auto& [output, path] : model.labels) {
    auto lines = read_lines(path);
    if (!lines) {
      return tl::unexpected(
          base::with_context(fmt::format("models[{}].labels.{}", index, output), lines.error()));
    }
    out.labels[output] = std::move(*lines);
  }
  out.slots = model.slots;
  out.profile_base = model.profile.base;
  out.profile_per_item = model.profile.per_item;
  return out;
}

serve::PlannedTask planned(const config::TaskConfig& task) {
  return {.options = task.options,
          .model = task.model,
          .degrade_to = task.degrade_to,
          .offered = task.source.options.kind == pipeline::SourceKind::none};
}

/// A folder holds any number of models: `auto` then means as many slots as the cores can feed.
std::uint32_t slots_of(const config::Config& config) {
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  const auto slots = std::max(1u, config::resolve_slots(config, cores));
  const bool fixed = config.scheduler.slots != config::kAutoSlots;
  return fixed || config.serve.models.empty() ? slots : std::max(slots, cores);
}

}  // namespace

base::Result<serve::Plan> make_serve_plan(config::Loaded loaded, const base::Clock& clock,
                                          ServeStations* stations) {
  auto& config = *loaded.config;
  if (auto traces = config::load_traces(config); !traces) return tl::unexpected(traces.error());
  serve::Plan plan;
  plan.name = config.name;
  plan.scheduler = config.scheduler;
  plan.scheduler.slots = slots_of(config);
  plan.engine = config.engine.options;
  for (std::size_t i = 0; i < config.models.size(); ++i) {
    auto model = planned(config.models[i], i);
    if (!model) return tl::unexpected(model.error());
    plan.models.push_back(std::move(*model));
  }
  plan.model_folder = config.serve.models;
  for (const auto& task : config.tasks) plan.tasks.push_back(planned(task));
  plan.default_task = config.serve.options.default_task;
  plan.grace = config.serve.options.grace;
  plan.watch_interval = config.serve.options.watch_interval;
  plan.journal = config.journal;
  plan.watcher = config.monitor.watcher;
  plan.monitor = config.monitor.options;
  plan.configuration = config::to_json(loaded.document).as_object();
  config::redact(plan.configuration);
  plan.open_sources = serve_sources(config, clock);
  if (stations != nullptr) {
    stations->add_to(plan, std::make_shared<const config::Config>(std::move(config)));
  } else if (!config.stations.empty()) {
    spdlog::warn("stations take effect at the next start: there were none at this one");
  }
  return plan;
}

}  // namespace sluice::cli
