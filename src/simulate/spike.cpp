#include <utility>

#include "simulate/experiments.hpp"
#include "simulate/simulator.hpp"

namespace sluice::simulate {
namespace {

using base::Duration;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kImportantService = milliseconds(8);
constexpr Duration kBulkService = milliseconds(20);
constexpr Duration kDuration = seconds(40);

schedule::ModelOptions model(const std::string& name, Duration service) {
  schedule::ModelOptions options;
  options.name = name;
  options.profile_base = service;
  return options;
}

ServiceOptions constant(Duration service) {
  ServiceOptions options;
  options.base = service;
  return options;
}

double share(std::uint64_t part, std::uint64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 1;
}

base::Result<schedule::Summary> run_under(const Workload& workload, const NamedPolicy& policy) {
  schedule::SchedulerOptions options = workload.scheduler;
  policy.apply(options);
  const auto result = simulate(workload, options);
  if (!result) {
    return tl::unexpected(
        base::with_context(fmt::format("spike: policy {}", policy.name), result.error()));
  }
  return result->summary;
}

}  // namespace

Workload spike_workload(const std::string& name, bool with_less_important) {
  Workload workload;
  workload.name = "spike " + name;
  workload.duration = kDuration;
  workload.scheduler.models.push_back(model("detector", kImportantService));
  workload.services.push_back(constant(kImportantService));
  schedule::TaskOptions important;
  important.name = "important";
  important.priority = 100;
  important.latency_budget = milliseconds(100);
  important.queue_capacity = 24;
  workload.scheduler.tasks.push_back(important);
  ArrivalOptions arrivals;
  arrivals.kind = name == "camera" ? ArrivalKind::periodic : ArrivalKind::poisson;
  arrivals.rate = 30;
  workload.arrivals.push_back(arrivals);
  if (with_less_important) {
    workload.scheduler.models.push_back(model("bulk", kBulkService));
    workload.services.push_back(constant(kBulkService));
    schedule::TaskOptions bulk = important;
    bulk.name = "less_important";
    bulk.model = 1;
    bulk.priority = 10;
    bulk.latency_budget = milliseconds(300);
    workload.scheduler.tasks.push_back(bulk);
    ArrivalOptions spike;
    spike.kind = ArrivalKind::spike;
    spike.rate = 0.25 / base::to_seconds(kBulkService);
    spike.factor = 12;
    spike.at = seconds(15);
    spike.length = seconds(10);
    workload.arrivals.push_back(spike);
  }
  return workload;
}

base::Result<SpikeResult> run_spike() {
  SpikeResult result;
  for (const char* name : {"camera", "poisson"}) {
    const Workload together = spike_workload(name, true);
    const Workload isolated = spike_workload(name, false);
    SpikeCase spike{name, kBulkService, {}};
    for (const NamedPolicy& policy : default_policies()) {
      const auto spiked = run_under(together, policy);
      const auto alone = run_under(isolated, policy);
      if (!spiked || !alone) {
        return tl::unexpected(spiked ? alone.error() : spiked.error());
      }
      const schedule::TaskSummary important = spiked->task(0);
      const schedule::TaskSummary bulk = spiked->task(1);
      SpikePolicy row;
      row.policy = policy.name;
      row.important_on_time = share(important.on_time, important.offered);
      row.important_p99 = important.latency.p99;
      row.isolated_p99 = alone->task(0).latency.p99;
      row.less_important_on_time = share(bulk.on_time, bulk.offered);
      row.within_one_batch = row.important_p99 <= row.isolated_p99 + kBulkService;
      spike.policies.push_back(row);
    }
    result.cases.push_back(std::move(spike));
  }
  return result;
}

}  // namespace sluice::simulate
