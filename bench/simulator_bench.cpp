// Simulator speed: requests per second of wall time for one saturated slot. The bars are 1 M/s for
// a simple policy and 200 k/s for slack.
#include <chrono>

#include <benchmark/benchmark.h>

#include "simulate/bound.hpp"
#include "simulate/experiments.hpp"
#include "simulate/simulator.hpp"

namespace {

using namespace sluice;
using std::chrono::milliseconds;

simulate::Workload saturated(std::uint32_t requests) {
  simulate::GridOptions options;
  options.requests = requests;
  simulate::GridCell cell;
  cell.load = 1.5;
  cell.cv = 0.5;
  cell.deadline = milliseconds(100);
  return simulate::grid_workload(cell, options);
}

void simulate_policy(benchmark::State& state, const char* policy) {
  const simulate::Workload workload = saturated(100'000);
  const auto requests = simulate::generate(workload, 1);
  schedule::SchedulerOptions options = workload.scheduler;
  simulate::policy_named(policy)->apply(options);
  for (auto _ : state) {
    const auto result = simulate::simulate(workload, options, *requests);
    benchmark::DoNotOptimize(result->accounting.on_time);
  }
  state.counters["requests/s"] = benchmark::Counter(
      static_cast<double>(state.iterations()) * static_cast<double>(requests->size()),
      benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(simulate_policy, fifo, "fifo")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(simulate_policy, fifo_expire, "fifo_expire")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(simulate_policy, edf, "edf")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(simulate_policy, slack, "slack")->Unit(benchmark::kMillisecond);

void generate_requests(benchmark::State& state) {
  const simulate::Workload workload = saturated(100'000);
  for (auto _ : state) {
    benchmark::DoNotOptimize(simulate::generate(workload, 1)->size());
  }
  state.counters["requests/s"] = benchmark::Counter(
      static_cast<double>(state.iterations()) * 100'000, benchmark::Counter::kIsRate);
}
BENCHMARK(generate_requests)->Unit(benchmark::kMillisecond);

void clairvoyant_bound(benchmark::State& state) {
  const simulate::Workload workload = saturated(6'000);
  const auto requests = simulate::generate(workload, 1);
  for (auto _ : state) {
    benchmark::DoNotOptimize(simulate::upper_bound(workload, *requests)->weighted_on_time);
  }
}
BENCHMARK(clairvoyant_bound)->Unit(benchmark::kMillisecond);

}  // namespace
