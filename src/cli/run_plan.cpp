#include "cli/run_plan.hpp"

#include <algorithm>
#include <thread>

#include <spdlog/spdlog.h>

#include "base/text.hpp"
#include "pipeline/source.hpp"

namespace sluice::cli {
namespace {

/// "model text-det: cpu, 2 instances, 24.8 ms for a batch of 1; cuda refused: ...".
std::string remark(const model::Model& model) {
  const auto& info = model.info();
  std::string out = fmt::format("model {}: {}, {} instance{}", info.name, info.provider,
                                model.instances(), model.instances() == 1 ? "" : "s");
  for (const auto& [size, time] : model.profile().batch_times) {
    out += fmt::format(", {:.3g} ms for a batch of {}", base::to_ms(time), size);
  }
  // A network "on cuda" may in truth run mostly on the CPU.
  if (info.provider_nodes.size() > 1) {
    std::vector<std::string> parts;
    for (const auto& [provider, nodes] : info.provider_nodes) {
      parts.push_back(fmt::format("{} nodes on {}", nodes, provider));
    }
    out += "; " + base::join(parts);
  }
  for (const auto& refused : info.refused_providers) out += "; refused " + refused;
  if (!model.remark().empty()) out += "; " + model.remark();
  return out;
}

base::Status load_models(RunPlan& plan, const base::Clock& clock, backend::CancelToken& cancel) {
  for (std::size_t i = 0; i < plan.config.models.size(); ++i) {
    const auto& options = plan.config.models[i].options;
    spdlog::debug("loading model {}", options.name);
    auto loaded = model::load(options, clock, &cancel);
    if (!loaded) return tl::unexpected(loaded.error());
    const auto& profile = (*loaded)->profile();
    auto& scheduling = plan.scheduler.models[i];
    if (profile.base.count() > 0 || profile.per_item.count() > 0) {
      scheduling.profile_base = profile.base;
      scheduling.profile_per_item = profile.per_item;
    }
    plan.remarks.push_back(remark(**loaded));
    spdlog::info("{}", plan.remarks.back());
    plan.models.push_back(std::move(*loaded));
  }
  return {};
}

/// Whether other tasks hand it requests.
bool is_fallback(const RunPlan& plan, std::size_t task) {
  const auto& tasks = plan.scheduler.tasks;
  return std::any_of(tasks.begin(), tasks.end(), [&](const schedule::TaskOptions& other) {
    return other.on_shed == schedule::OnShed::degrade && other.degrade_to == task;
  });
}

base::Status open_sources(RunPlan& plan) {
  for (std::size_t i = 0; i < plan.config.tasks.size(); ++i) {
    const auto& task = plan.config.tasks[i];
    if (task.source.options.kind == pipeline::SourceKind::none) {
      if (!is_fallback(plan, i)) {
        spdlog::warn("task {} has no source: it will get no requests", task.options.name);
      }
      continue;
    }
    const auto model = task.options.model;
    auto source =
        pipeline::open_source(task.source.options, plan.config.models[model].preprocess,
                              plan.models[model]->info(), plan.config.models[model].options);
    if (!source) {
      return tl::unexpected(base::with_context(
          fmt::format("tasks[{}].source ({})", i, task.options.name), source.error()));
    }
    plan.scheduler.tasks[i].period = (*source)->period();
    plan.sources.push_back({static_cast<schedule::TaskId>(i), std::move(*source)});
  }
  if (plan.sources.empty()) {
    return base::fail(base::ErrorCode::invalid,
                      "tasks: none has a source, so there is nothing to run; add one, for example "
                      "`source: {{ type: images, path: frames, rate: 15/s }}`");
  }
  return {};
}

}  // namespace

base::Result<RunPlan> make_plan(config::Config config, const base::Clock& clock,
                                backend::CancelToken& cancel) {
  if (auto good = config::needs_no_folder(config); !good) return tl::unexpected(good.error());
  RunPlan plan;
  plan.config = std::move(config);
  if (auto traces = config::load_traces(plan.config); !traces) {
    return tl::unexpected(traces.error());
  }
  plan.scheduler = config::scheduler_options(plan.config, std::thread::hardware_concurrency());
  if (auto loaded = load_models(plan, clock, cancel); !loaded) {
    return tl::unexpected(loaded.error());
  }
  if (auto opened = open_sources(plan); !opened) return tl::unexpected(opened.error());
  return plan;
}

}  // namespace sluice::cli
