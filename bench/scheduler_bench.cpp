// Cost of one scheduling decision (submit + next + finished) with a given number of requests
// queued, per policy; and the share of it that is the decision alone.
#include <algorithm>
#include <chrono>
#include <vector>

#include <benchmark/benchmark.h>

#include "schedule/scheduler.hpp"

namespace sluice::schedule {
namespace {

class NoSink final : public EventSink {
 public:
  void on_event(const Event& event) override { benchmark::DoNotOptimize(&event); }
};

/// Three priorities, three models, budgets long enough to keep `queued` requests waiting.
SchedulerOptions load(PolicyKind policy, std::uint32_t queued) {
  SchedulerOptions options;
  options.policy = policy;
  options.shedder = ShedderKind::none;
  for (std::uint32_t i = 0; i < 3; ++i) {
    ModelOptions model;
    model.name = "m" + std::to_string(i);
    model.profile_base = std::chrono::milliseconds(2 + i);
    options.models.push_back(model);
    TaskOptions task;
    task.name = "t" + std::to_string(i);
    task.model = i;
    task.priority = static_cast<std::int32_t>(10 * i);
    task.latency_budget = std::chrono::milliseconds(6) * (queued + 2);
    task.queue_capacity = queued + 8;
    options.tasks.push_back(task);
  }
  return options;
}

void decide(benchmark::State& state, PolicyKind policy) {
  const auto queued = static_cast<std::uint32_t>(state.range(0));
  NoSink sink;
  auto scheduler = std::move(*Scheduler::create(load(policy, queued), sink));
  Time now{};
  std::uint32_t turn = 0;
  const auto submit = [&] {
    Submission s;
    s.task = turn++ % 3;
    s.arrival = now;
    scheduler->submit(s, now);
  };
  for (std::uint32_t i = 0; i < queued; ++i) {
    submit();
  }
  std::vector<double> decisions;
  decisions.reserve(1 << 20);
  for (auto _ : state) {
    submit();
    const auto before = std::chrono::steady_clock::now();
    const Decision decision = scheduler->next(0, now);
    const auto after = std::chrono::steady_clock::now();
    if (decisions.size() < decisions.capacity()) {
      decisions.push_back(std::chrono::duration<double, std::micro>(after - before).count());
    }
    now += decision.predicted;
    scheduler->finished(decision.batch, true, now);
  }
  const auto middle = decisions.begin() + static_cast<std::ptrdiff_t>(decisions.size() / 2);
  std::nth_element(decisions.begin(), middle, decisions.end());
  state.counters["decision_p50_us"] = *middle;
  state.counters["queued"] = static_cast<double>(scheduler->accounting().queued);
}

BENCHMARK_CAPTURE(decide, slack, PolicyKind::slack)->Arg(10)->Arg(100)->Arg(10000);
BENCHMARK_CAPTURE(decide, fifo, PolicyKind::fifo)->Arg(10)->Arg(100)->Arg(10000);
BENCHMARK_CAPTURE(decide, priority, PolicyKind::priority)->Arg(100)->Arg(10000);

}  // namespace
}  // namespace sluice::schedule
