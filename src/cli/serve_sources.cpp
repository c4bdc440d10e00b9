#include "cli/serve_sources.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "pipeline/engine_feed.hpp"
#include "pipeline/source_runner.hpp"

namespace sluice::cli {
namespace {

/// The sources of one generation, running once it is in force.
class RunningSources final : public serve::Sources {
 public:
  RunningSources(std::vector<pipeline::TaskSource> sources, std::vector<std::string> names,
                 const base::Clock& clock)
      : sources_(std::move(sources)), names_(std::move(names)), clock_(clock) {}

  void start(runtime::Engine& engine) override {
    feed_ = std::make_unique<pipeline::EngineFeed>(
        engine, nullptr, [this](schedule::TaskId task, base::Time, const base::Error& error) {
          // Whatever goes wrong now goes wrong with every frame.
          if (std::exchange(warned_[task], true)) return;
          spdlog::warn("a frame of {} was lost: {} (further ones are not reported)", names_[task],
                       error.message);
        });
    runner_ = std::make_unique<pipeline::SourceRunner>(pipeline::FeederOptions{},
                                                       std::move(sources_), *feed_, clock_);
  }

 private:
  std::vector<pipeline::TaskSource> sources_;
  std::vector<std::string> names_;  ///< by task
  const base::Clock& clock_;
  std::map<schedule::TaskId, bool> warned_;  ///< used by the runner's thread
  std::unique_ptr<pipeline::EngineFeed> feed_;
  std::unique_ptr<pipeline::SourceRunner> runner_;  ///< last: its thread uses the others
};

const config::ModelConfig* find_model(const config::Config& config, const std::string& name) {
  const auto found =
      std::find_if(config.models.begin(), config.models.end(),
                   [&](const config::ModelConfig& m) { return m.options.name == name; });
  return found == config.models.end() ? nullptr : &*found;
}

base::Result<std::unique_ptr<serve::Sources>> open(
    const config::Config& config, const base::Clock& clock, schedule::SchedulerOptions& scheduler,
    const std::vector<std::shared_ptr<model::Model>>& models) {
  std::vector<pipeline::TaskSource> sources;
  std::vector<std::string> names;
  for (const auto& task : scheduler.tasks) names.push_back(task.name);
  for (std::size_t i = 0; i < config.tasks.size(); ++i) {
    const auto& task = config.tasks[i];
    if (task.source.options.kind == pipeline::SourceKind::none) continue;
    const auto found = std::find(names.begin(), names.end(), task.options.name);
    if (found == names.end()) continue;  // its model is not ready
    const auto id = static_cast<schedule::TaskId>(found - names.begin());
    const auto& model = *models[scheduler.tasks[id].model];
    const auto* configured = find_model(config, task.model);
    auto source = pipeline::open_source(
        task.source.options,
        configured == nullptr ? vision::PreprocessOptions{} : configured->preprocess, model.info(),
        model.options());
    if (!source) {
      return tl::unexpected(base::with_context(
          fmt::format("tasks[{}].source ({})", i, task.options.name), source.error()));
    }
    scheduler.tasks[id].period = (*source)->period();
    sources.push_back({id, std::move(*source)});
  }
  return std::make_unique<RunningSources>(std::move(sources), std::move(names), clock);
}

}  // namespace

serve::OpenSources serve_sources(config::Config config, const base::Clock& clock) {
  const bool any = std::any_of(config.tasks.begin(), config.tasks.end(), [](const auto& task) {
    return task.source.options.kind != pipeline::SourceKind::none;
  });
  if (!any) return {};
  return [config = std::move(config), &clock](
             schedule::SchedulerOptions& scheduler,
             const std::vector<std::shared_ptr<model::Model>>& models) {
    return open(config, clock, scheduler, models);
  };
}

}  // namespace sluice::cli
