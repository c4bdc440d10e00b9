// What the engine costs and whether it does what the simulator says:
//   1. rate of a saturated model through the engine, against a bare loop on as many threads;
//   2. time from submit() to callback, and requests per second, for a model that costs nothing;
//   3. on-time, late and dropped requests of one workload in the engine and in the simulator.
// Usage: engine_bench [MODEL.onnx] (default: the demo's text detection, else a spinning model).
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <future>
#include <thread>

#include <fmt/core.h>

#include "backend/backend.hpp"
#include "base/time.hpp"
#include "model/example.hpp"
#include "model/repository.hpp"
#include "runtime/engine.hpp"
#include "schedule/summary.hpp"
#include "simulate/simulator.hpp"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using base::Duration;
using base::Time;
using runtime::Engine;
using runtime::EngineOptions;
using runtime::Response;

const base::SteadyClock real_clock;

class NoSink final : public schedule::EventSink {
 public:
  void on_event(const schedule::Event&) override {}
};
NoSink no_sink;

template <class T>
T must(base::Result<T> result) {
  if (!result) {
    fmt::print(stderr, "engine_bench: {}\n", result.error().message);
    std::exit(1);
  }
  return std::move(*result);
}

EngineOptions one_task(std::uint32_t slots) {
  EngineOptions options;
  options.scheduler.slots = slots;
  options.scheduler.tasks.resize(1);
  options.scheduler.tasks[0].name = "bench";
  options.scheduler.tasks[0].queue_capacity = 1024;
  return options;
}

std::unique_ptr<Engine> make_engine(const EngineOptions& options,
                                    std::unique_ptr<model::Model> model) {
  std::vector<std::shared_ptr<model::Model>> models;
  models.push_back(std::move(model));
  return must(Engine::create(options, std::move(models), real_clock, no_sink));
}

/// Keeps `outstanding` requests in the engine until `until`; returns how many were answered.
std::uint64_t closed_loop(Engine& engine, const backend::Tensors& inputs, int outstanding,
                          Time until) {
  std::atomic<std::uint64_t> answered = 0;
  std::atomic<int> open = outstanding;
  const auto all_done = std::make_shared<std::promise<void>>();
  runtime::Callback again = [&, all_done](const Response&) {
    ++answered;
    if (real_clock.now() < until) {
      must(engine.submit({}, inputs, again));
    } else if (--open == 0) {
      all_done->set_value();
    }
  };
  for (int i = 0; i < outstanding; ++i) {
    must(engine.submit({}, inputs, again));
  }
  all_done->get_future().wait();
  return answered;
}

std::uint64_t bare_loop(model::Model& model, const backend::Tensors& inputs, Time until) {
  std::atomic<std::uint64_t> answered = 0;
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < model.instances(); ++i) {
    threads.emplace_back([&, i] {
      while (real_clock.now() < until) {
        backend::CancelToken cancel;
        must(model.instance(i)->run(std::span(&inputs, 1), cancel));
        ++answered;
      }
    });
  }
  threads.clear();
  return answered;
}

backend::ModelOptions saturating_model(const std::string& path) {
  backend::ModelOptions options;
  options.name = "saturated";
  if (std::filesystem::exists(path)) {
    options.path = path;
    options.example_shapes["x"] = {1, 3, 320, 320};
  } else {
    options.backend = "synthetic";
    options.synthetic.mode = backend::SyntheticOptions::Mode::spin;
    options.synthetic.service.base = 5ms;
  }
  return options;
}

void saturation(const std::string& path, std::uint32_t slots) {
  backend::ModelOptions model_options = saturating_model(path);
  model_options.instances = slots;
  auto bare = must(model::load(model_options, real_clock));
  const auto inputs = must(model::example_inputs(bare->info(), model_options));
  const auto engine = make_engine(one_task(slots), must(model::load(model_options, real_clock)));
  // Short turns one after the other, so that what the machine does besides hits both alike.
  constexpr int kTurns = 8;
  constexpr Duration kTurn = 1s;
  double bare_rate = 0;
  double engine_rate = 0;
  std::vector<double> ratios;
  for (int turn = 0; turn < kTurns; ++turn) {
    Time start = real_clock.now();
    const auto alone = static_cast<double>(bare_loop(*bare, inputs, start + kTurn)) /
                       base::to_seconds(real_clock.now() - start);
    start = real_clock.now();
    const auto through = static_cast<double>(closed_loop(
                             *engine, inputs, static_cast<int>(2 * slots), start + kTurn)) /
                         base::to_seconds(real_clock.now() - start);
    bare_rate += alone / kTurns;
    engine_rate += through / kTurns;
    ratios.push_back(through / alone);
  }
  std::ranges::sort(ratios);
  fmt::print(
      "saturated '{}', {} slot(s): bare {:.1f}/s, engine {:.1f}/s, ratio {:.2f} % "
      "(median of {} turns {:.2f} %)\n",
      model_options.backend == "synthetic" ? "spin 5 ms" : path, slots, bare_rate, engine_rate,
      100 * engine_rate / bare_rate, kTurns, 100 * ratios[kTurns / 2]);
}

/// Returns its inputs.
class Echo final : public backend::Instance {
 public:
  Echo() { info_.name = "echo"; }
  [[nodiscard]] const backend::ModelInfo& info() const override { return info_; }
  base::Result<std::vector<backend::Tensors>> run(std::span<const backend::Tensors> batch,
                                                  backend::CancelToken&) override {
    return std::vector<backend::Tensors>(batch.begin(), batch.end());
  }
  [[nodiscard]] base::Status check(const backend::Tensors&) const override { return {}; }

 private:
  backend::ModelInfo info_;
};

void overhead() {
  backend::ModelOptions model_options;
  model_options.name = "echo";
  std::vector<std::unique_ptr<backend::Instance>> instances;
  instances.push_back(std::make_unique<Echo>());
  const auto engine = make_engine(
      one_task(1),
      std::make_unique<model::Model>(model_options, std::move(instances), model::Profile{}));
  std::vector<double> micros;
  for (int i = 0; i < 20'000; ++i) {
    const auto done = std::make_shared<std::promise<Time>>();
    const Time start = real_clock.now();
    must(engine->submit({}, {}, [done](const Response&) { done->set_value(real_clock.now()); }));
    micros.push_back(base::to_seconds(done->get_future().get() - start) * 1e6);
  }
  std::ranges::sort(micros);
  fmt::print("submit to callback, one request at a time: p50 {:.1f} us, p99 {:.1f} us\n",
             micros[micros.size() / 2], micros[micros.size() * 99 / 100]);
  const Time start = real_clock.now();
  const std::uint64_t answered = closed_loop(*engine, {}, 16, start + 2s);
  fmt::print(
      "submit to callback, 16 requests at a time: {:.2f} us per request ({:.0f}/s, one slot)\n",
      base::to_seconds(real_clock.now() - start) * 1e6 / static_cast<double>(answered),
      static_cast<double>(answered) / base::to_seconds(real_clock.now() - start));
}

/// Two cameras and a bursty third task on two models: about 1.6 times what one slot can do.
simulate::Workload agreement_workload() {
  simulate::Workload workload;
  workload.name = "agreement";
  schedule::SchedulerOptions& scheduler = workload.scheduler;
  scheduler.models.resize(2);
  scheduler.tasks.resize(3);
  workload.services.resize(2);
  workload.arrivals.resize(3);
  const auto model = [&](std::size_t i, const char* name, Duration time) {
    scheduler.models[i].name = name;
    scheduler.models[i].profile_base = time;
    workload.services[i].base = time;
  };
  const auto task = [&](std::size_t i, const char* name, schedule::ModelId of, int priority,
                        Duration budget, simulate::ArrivalKind kind, double rate) {
    scheduler.tasks[i].name = name;
    scheduler.tasks[i].model = of;
    scheduler.tasks[i].priority = priority;
    scheduler.tasks[i].latency_budget = budget;
    workload.arrivals[i].kind = kind;
    workload.arrivals[i].rate = rate;
  };
  model(0, "detector", 8ms);
  model(1, "classifier", 20ms);
  task(0, "front", 0, 100, 60ms, simulate::ArrivalKind::periodic, 30);
  task(1, "side", 0, 50, 60ms, simulate::ArrivalKind::periodic, 25);
  task(2, "classify", 1, 10, 200ms, simulate::ArrivalKind::poisson, 60);
  workload.duration = 4s;
  return workload;
}

schedule::Summary run_for_real(const simulate::Workload& workload,
                               const schedule::SchedulerOptions& scheduler,
                               std::span<const simulate::TracedRequest> requests) {
  EngineOptions options;
  options.scheduler = scheduler;
  std::vector<std::shared_ptr<model::Model>> models;
  for (std::size_t i = 0; i < scheduler.models.size(); ++i) {
    backend::ModelOptions model_options;
    model_options.name = scheduler.models[i].name;
    model_options.backend = "synthetic";
    model_options.synthetic.service = workload.services[i];
    models.push_back(must(model::load(model_options, real_clock)));
  }
  schedule::Summary summary(scheduler);
  const auto engine = must(Engine::create(options, std::move(models), real_clock, summary));
  const Time start = real_clock.now() + 10ms;
  for (schedule::TaskId id = 0; id < scheduler.tasks.size(); ++id) {
    if (scheduler.tasks[id].period > Duration::zero()) {
      engine->announce(id, start);
    }
  }
  for (const simulate::TracedRequest& request : requests) {
    schedule::Submission submission;
    submission.task = request.task;
    submission.arrival = start + request.arrival.time_since_epoch();
    std::this_thread::sleep_for(submission.arrival - real_clock.now());
    must(engine->submit(submission, {}, runtime::Callback()));
  }
  engine->drain(10s);
  return summary;
}

void agreement(schedule::PolicyKind policy) {
  const simulate::Workload workload = agreement_workload();
  schedule::SchedulerOptions wanted = workload.scheduler;
  wanted.policy = policy;
  const auto options = simulate::effective_options(workload, wanted);
  const auto requests = must(simulate::generate(workload, workload.seed));
  const auto simulated = must(simulate::simulate(workload, options, requests));
  const schedule::Summary real = run_for_real(workload, options, requests);
  fmt::print("engine and simulator, {}, {} requests:\n", schedule::to_string(policy),
             requests.size());
  const auto row = [&](const schedule::TaskSummary& ours, const schedule::TaskSummary& theirs) {
    fmt::print(
        "  {:<9} offered {:4}   on time {:4} / {:4}   late {:3} / {:3}   "
        "dropped {:3} / {:3}\n",
        ours.name.empty() ? "all" : ours.name, ours.offered, ours.on_time, theirs.on_time,
        ours.late, theirs.late, ours.dropped_total(), theirs.dropped_total());
  };
  for (schedule::TaskId id = 0; id < options.tasks.size(); ++id) {
    row(real.task(id), simulated.summary.task(id));
  }
  const auto ours = real.total();
  const auto theirs = simulated.summary.total();
  row(ours, theirs);
  fmt::print("  on time differs by {:.1f} % of the simulated\n",
             100.0 * (static_cast<double>(ours.on_time) - static_cast<double>(theirs.on_time)) /
                 static_cast<double>(theirs.on_time));
}

}  // namespace
}  // namespace sluice

int main(int argc, char** argv) {
  const std::string path =
      argc > 1 ? argv[1] : SLUICE_SOURCE_DIR "/demo/models/text-detection.onnx";
  sluice::saturation(path, 1);
  sluice::saturation(path, 2);
  sluice::overhead();
  sluice::agreement(sluice::schedule::PolicyKind::slack);
  sluice::agreement(sluice::schedule::PolicyKind::edf);
  return 0;
}
