#include <utility>

#include "simulate/experiments.hpp"

namespace sluice::simulate {
namespace {

using base::Duration;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Puts a workload together; the scheduler is told exact service times.
class WorkloadBuilder {
 public:
  WorkloadBuilder(std::string name, std::uint32_t slots, Duration duration) {
    workload_.name = std::move(name);
    workload_.scheduler.slots = slots;
    workload_.duration = duration;
    workload_.estimates = Estimates::hinted;
  }

  /// A model with batch time base + n * per_item that runs on all slots.
  WorkloadBuilder& model(const std::string& name, Duration base, double cv = 0,
                         Duration per_item = Duration(0), std::uint32_t max_batch = 1) {
    schedule::ModelOptions options;
    options.name = name;
    options.max_batch = max_batch;
    options.instances = workload_.scheduler.slots;
    options.profile_base = base;
    options.profile_per_item = per_item;
    workload_.scheduler.models.push_back(std::move(options));
    ServiceOptions service;
    service.kind = cv > 0 ? ServiceKind::lognormal : ServiceKind::constant;
    service.base = base;
    service.per_item = per_item;
    service.cv = cv;
    workload_.services.push_back(service);
    return *this;
  }
  /// For the model added last, as is what follows.
  WorkloadBuilder& only_on(std::vector<schedule::SlotId> slots) {
    workload_.scheduler.models.back().slots = std::move(slots);
    return *this;
  }
  WorkloadBuilder& instances(std::uint32_t count) {
    workload_.scheduler.models.back().instances = count;
    return *this;
  }
  WorkloadBuilder& task(const std::string& name, std::int32_t priority, double weight,
                        Duration budget, const ArrivalOptions& arrivals) {
    schedule::TaskOptions options;
    options.name = name;
    options.model = static_cast<schedule::ModelId>(workload_.scheduler.models.size() - 1);
    options.priority = priority;
    options.weight = weight;
    options.latency_budget = budget;
    options.queue_capacity = 64;
    workload_.scheduler.tasks.push_back(std::move(options));
    workload_.arrivals.push_back(arrivals);
    return *this;
  }

  Workload done() { return std::move(workload_); }

 private:
  Workload workload_;
};

ArrivalOptions arrivals(ArrivalKind kind, double rate) {
  ArrivalOptions options;
  options.kind = kind;
  options.rate = rate;
  return options;
}
ArrivalOptions poisson(double rate) {
  return arrivals(ArrivalKind::poisson, rate);
}
ArrivalOptions mmpp(double rate) {
  return arrivals(ArrivalKind::mmpp, rate);
}
ArrivalOptions camera(double rate, Duration phase, Duration jitter = Duration(0)) {
  ArrivalOptions options = arrivals(ArrivalKind::periodic, rate);
  options.start = phase;
  options.jitter = jitter;
  return options;
}
ArrivalOptions spike(double rate, double factor, Duration at, Duration length) {
  ArrivalOptions options = arrivals(ArrivalKind::spike, rate);
  options.factor = factor;
  options.at = at;
  options.length = length;
  return options;
}

}  // namespace

// Where tasks have different priorities, weights per second of service fall in the same order:
// a value-blind priority and the bound then want the same thing.
std::vector<Workload> suite_workloads() {
  std::vector<Workload> suite;
  suite.push_back(WorkloadBuilder("light", 1, seconds(20))
                      .model("detector", milliseconds(8), 0.3)
                      .task("camera", 100, 4, milliseconds(80), camera(25, milliseconds(0)))
                      .model("classifier", milliseconds(20), 0.3)
                      .task("events", 20, 1, milliseconds(400), poisson(15))
                      .done());
  suite.push_back(WorkloadBuilder("camera and classifier", 1, seconds(30))
                      .model("detector", milliseconds(8))
                      .task("camera", 100, 4, milliseconds(80), camera(30, milliseconds(0)))
                      .model("classifier", milliseconds(45))
                      .task("images", 20, 1, milliseconds(250), poisson(40))
                      .done());
  suite.push_back(WorkloadBuilder("weights", 1, seconds(20))
                      .model("model", milliseconds(10), 0.5)
                      .task("gold", 0, 10, milliseconds(100), poisson(30))
                      .task("silver", 0, 3, milliseconds(100), poisson(60))
                      .task("bronze", 0, 1, milliseconds(100), poisson(90))
                      .done());
  suite.push_back(WorkloadBuilder("budgets", 1, seconds(20))
                      .model("model", milliseconds(10), 0.5)
                      .task("tight", 30, 9, milliseconds(40), poisson(25))
                      .task("usual", 20, 3, milliseconds(150), mmpp(50))
                      .task("loose", 10, 1, milliseconds(600), poisson(75))
                      .done());
  suite.push_back(WorkloadBuilder("batches", 1, seconds(8))
                      .model("model", milliseconds(10), 0, milliseconds(2), 8)
                      .task("task", 0, 1, milliseconds(100), poisson(400))
                      .done());
  suite.push_back(WorkloadBuilder("bursty batches", 1, seconds(10))
                      .model("model", milliseconds(12), 0, milliseconds(3), 8)
                      .task("first", 10, 3, milliseconds(120), mmpp(100))
                      .task("second", 0, 1, milliseconds(240), mmpp(150))
                      .done());
  suite.push_back(WorkloadBuilder("two slots", 2, seconds(15))
                      .model("small", milliseconds(10), 0.5)
                      .task("small", 20, 2, milliseconds(80), poisson(120))
                      .model("large", milliseconds(40), 0.3)
                      .task("large", 10, 2, milliseconds(300), poisson(50))
                      .done());
  suite.push_back(WorkloadBuilder("bound slots", 3, seconds(10))
                      .model("accelerated", milliseconds(6), 0.2)
                      .only_on({0})
                      .task("accelerated", 30, 2, milliseconds(60), poisson(120))
                      .model("cpu", milliseconds(25), 0.3)
                      .only_on({1, 2})
                      .task("cpu", 20, 2, milliseconds(200), poisson(70))
                      .model("anywhere", milliseconds(15), 0.3)
                      .task("anywhere", 10, 1, milliseconds(150), poisson(60))
                      .done());
  suite.push_back(WorkloadBuilder("one instance", 2, seconds(15))
                      .model("single", milliseconds(12))
                      .instances(1)
                      .task("single", 10, 3, milliseconds(90), poisson(100))
                      .model("many", milliseconds(20), 0.3)
                      .task("many", 0, 1, milliseconds(160), poisson(100))
                      .done());
  WorkloadBuilder cameras("cameras", 2, seconds(10));
  cameras.model("detector", milliseconds(12), 0, milliseconds(4), 4);
  for (int i = 0; i < 6; ++i) {
    cameras.task(fmt::format("camera{}", i + 1), 50, 4, milliseconds(100),
                 camera(15, milliseconds(11 * i), milliseconds(4)));
  }
  suite.push_back(cameras.model("reader", milliseconds(60))
                      .task("documents", 10, 2, milliseconds(800), poisson(30))
                      .done());
  suite.push_back(WorkloadBuilder("four slots", 4, seconds(8))
                      .model("fast", milliseconds(8), 0, milliseconds(1), 4)
                      .task("interactive", 30, 2, milliseconds(50), mmpp(200))
                      .model("slow", milliseconds(50), 0.4)
                      .task("analysis", 20, 3, milliseconds(400), poisson(60))
                      .task("backfill", 10, 1, milliseconds(2000), poisson(40))
                      .done());
  suite.push_back(WorkloadBuilder("spike", 2, seconds(20))
                      .model("detector", milliseconds(10), 0.2)
                      .task("camera", 100, 5, milliseconds(70), camera(40, milliseconds(0)))
                      .model("bulk", milliseconds(20), 0, milliseconds(5), 4)
                      .task("bulk", 10, 1, milliseconds(500), spike(20, 12, seconds(5), seconds(5)))
                      .done());
  return suite;
}

base::Result<SuiteResult> run_suite(std::uint32_t seeds) {
  std::vector<NamedPolicy> policies = default_policies();
  for (const char* name : {"fixed_batch", "interval"}) {
    auto policy = policy_named(name);
    if (!policy) {
      return tl::unexpected(policy.error());
    }
    policies.push_back(std::move(*policy));
  }
  SuiteResult result;
  for (const Workload& workload : suite_workloads()) {
    auto comparison = compare(workload, policies, {seeds});
    if (!comparison) {
      return tl::unexpected(comparison.error());
    }
    result.comparisons.push_back(std::move(*comparison));
  }
  return result;
}

}  // namespace sluice::simulate
