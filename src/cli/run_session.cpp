#include "cli/run_session.hpp"

#include <chrono>
#include <future>
#include <optional>

#include <spdlog/spdlog.h>

#include "cli/run_recorder.hpp"
#include "monitor/resource.hpp"
#include "monitor/watcher.hpp"
#include "pipeline/engine_feed.hpp"
#include "pipeline/source_runner.hpp"
#include "runtime/engine.hpp"

namespace sluice::cli {
namespace {

/// Time between looks at signals and redraws of the progress line.
constexpr std::chrono::milliseconds kProgressTick(100);

base::Result<std::unique_ptr<runtime::Engine>> start_engine(RunPlan& plan, const base::Clock& clock,
                                                            RunRecorder& recorder) {
  auto options = plan.config.engine.options;
  options.scheduler = plan.scheduler;
  options.on_fault = [&recorder, models = plan.scheduler.models](const runtime::Fault& fault) {
    const auto model =
        fault.model < models.size() ? models[fault.model].name : std::string("the engine");
    if (fault.kind == runtime::FaultKind::recovered) {
      recorder.on_note(fault.time, fault.message);
      spdlog::info("{}", fault.message);
    } else {
      recorder.on_trouble(fault.time,
                          fmt::format("{} of {}", runtime::to_string(fault.kind), model),
                          fault.message);
    }
  };
  return runtime::Engine::create(std::move(options), std::move(plan.models), clock, recorder);
}

/// nullptr: none is configured.
base::Result<std::unique_ptr<monitor::Watcher>> start_watcher(const config::MonitorConfig& options,
                                                              const base::Clock& clock,
                                                              RunRecorder& recorder,
                                                              runtime::Engine& engine) {
  if (options.watcher.interval == base::kForever) return nullptr;
  auto monitor = monitor::Monitor::create(options.options, clock);
  if (!monitor) return tl::unexpected(monitor.error());
  return monitor::Watcher::start(options.watcher, std::move(*monitor),
                                 [&](const monitor::Sample& sample, double pressure) {
                                   recorder.on_resource(monitor::to_resource(sample));
                                   engine.set_pressure(pressure);
                                 });
}

/// Waits for the sources, then for what they left in the engine. True: a second signal came.
bool run_to_end(RunPlan& plan, const RunLimits& limits, const base::Clock& clock,
                const Signals& signals, Progress& progress, RunRecorder& recorder,
                runtime::Engine& engine) {
  const auto& tasks = plan.scheduler.tasks;
  pipeline::EngineFeed feed(
      engine, {}, [&](schedule::TaskId task, base::Time due, const base::Error& error) {
        const auto& name = tasks[task].name;
        recorder.on_trouble(due, "lost frames of " + name,
                            fmt::format("a frame of {} was lost: {}", name, error.message));
      });
  const auto start = clock.now();
  pipeline::SourceRunner sources({.duration = limits.duration, .frames = limits.frames},
                                 std::move(plan.sources), feed, clock);
  const auto show = [&] {
    progress.show(progress_line(limits, clock.now() - start, engine.accounting()));
  };
  while (!sources.wait_for(kProgressTick) && signals.count() == 0) show();
  if (signals.count() > 0) spdlog::info("stopping: waiting for what is queued (again: at once)");
  sources.stop();
  sources.wait();

  const auto grace = plan.config.engine.grace;
  auto drained = std::async(std::launch::async, [&] { engine.drain(grace); });
  bool stopped = false;
  while (drained.wait_for(kProgressTick) != std::future_status::ready) {
    show();
    if (stopped || signals.count() < 2) continue;
    engine.stop();
    stopped = true;
  }
  drained.get();
  return stopped;
}

}  // namespace

base::Result<RunResult> execute(RunPlan plan, const RunLimits& limits, const base::Clock& clock,
                                const Signals& signals, Progress& progress) {
  const auto header = telemetry::make_run_header(plan.config.name, plan.scheduler, clock,
                                                 fmt::format("sluice {}", SLUICE_VERSION));
  auto journal = telemetry::Journal::open(plan.config.journal, header);
  if (!journal) return tl::unexpected(journal.error());
  RunRecorder recorder(std::move(*journal), header);
  for (const auto& remark : plan.remarks) recorder.on_note(clock.now(), remark);

  auto engine = start_engine(plan, clock, recorder);
  if (!engine) return tl::unexpected(engine.error());
  RunResult result;
  {
    const auto watcher = start_watcher(plan.config.monitor, clock, recorder, **engine);
    if (!watcher) return tl::unexpected(watcher.error());
    result.stopped = run_to_end(plan, limits, clock, signals, progress, recorder, **engine);
  }
  engine->reset();
  progress.clear();
  result.journal = recorder.close();
  result.report = recorder.report();
  return result;
}

}  // namespace sluice::cli
