// What must hold for every policy, shedder and workload, checked under the simulator.
#include <algorithm>
#include <chrono>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "property/simulate_checker_helpers.hpp"
#include "property/simulate_workloads_helpers.hpp"
#include "simulate/experiments.hpp"
#include "simulate/simulator.hpp"

namespace sluice::simulate {
namespace {

using schedule::SchedulerOptions;
using std::chrono::milliseconds;
using namespace testing;

// Runs under watch and returns the digest of the events.
std::uint64_t run_checked(const Workload& workload, std::span<const TracedRequest> requests) {
  RC_LOG() << describe(workload, requests);
  const SchedulerOptions options = effective_options(workload, workload.scheduler);
  EventChecker events(options);
  auto scheduler = schedule::Scheduler::create(options, events);
  RC_ASSERT(scheduler.has_value());
  CheckedScheduler checked(**scheduler, events);
  const auto driven = drive(checked, workload, requests);
  if (!driven) {
    RC_FAIL(driven.error().message);
  }
  if (!checked.problem().empty()) {
    RC_FAIL(checked.problem());
  }
  const schedule::Accounting& accounts = (*scheduler)->accounting();
  RC_ASSERT(accounts.offered == requests.size());
  RC_ASSERT(accounts.queued + accounts.deferred + accounts.running == 0u);
  return events.digest();
}

RC_GTEST_PROP(AnyWorkload, KeepsItsBooksAndItsRules, ()) {
  // Several at a time: runs are short, and the rare combinations are where the trouble is.
  for (int i = 0; i < 20; ++i) {
    const Workload workload = any_workload();
    run_checked(workload, any_requests(workload));
  }
}

RC_GTEST_PROP(AnyWorkload, GivesTheSameEventsAgain, ()) {
  const Workload workload = any_workload();
  const auto requests = any_requests(workload);
  RC_ASSERT(run_checked(workload, requests) == run_checked(workload, requests));
}

RC_GTEST_PROP(AnyWorkload, NoPolicyExceedsTheBound, ()) {
  const Workload workload = any_workload();
  const auto requests = any_requests(workload);
  const auto bound = upper_bound(workload, requests);
  RC_ASSERT(bound.has_value());
  const auto result = simulate(workload, workload.scheduler, requests);
  RC_ASSERT(result.has_value());
  RC_ASSERT(result->summary.weighted_on_time() <= bound->weighted_on_time + 1e-6);
}

// One slot, exact knowledge: a camera whose frames are all on time without company stays so,
// whatever else is offered below its priority.
RC_GTEST_PROP(Slack, NeverLosesAFeasibleHigherPriorityDeadline, ()) {
  Workload workload;
  workload.name = "camera";
  workload.estimates = Estimates::hinted;
  const int tasks = *rc::gen::inRange(1, 4);
  for (int i = 0; i <= tasks; ++i) {
    const bool camera = i == 0;
    const int period = *rc::gen::inRange(10, 60);
    const int service = camera ? *rc::gen::inRange(1, period) : *rc::gen::inRange(1, 80);
    schedule::ModelOptions model;
    model.name = "m" + std::to_string(i);
    model.profile_base = milliseconds(service);
    model.max_batch = static_cast<std::uint32_t>(camera ? 1 : *rc::gen::inRange(1, 4));
    workload.scheduler.models.push_back(model);
    ServiceOptions time;
    time.base = milliseconds(service);
    workload.services.push_back(time);
    schedule::TaskOptions task;
    task.name = "t" + std::to_string(i);
    task.model = static_cast<schedule::ModelId>(i);
    task.priority = camera ? 100 : *rc::gen::inRange(0, 50);
    task.weight = camera ? 1 : *rc::gen::inRange(1, 1000);
    task.latency_budget = camera ? milliseconds(service + *rc::gen::inRange(0, 50))
                                 : milliseconds(*rc::gen::inRange(1, 300));
    workload.scheduler.tasks.push_back(task);
    ArrivalOptions arrivals;
    arrivals.kind = camera ? ArrivalKind::periodic : ArrivalKind::poisson;
    arrivals.rate = 1000.0 / period * (camera ? 1 : *rc::gen::inRange(1, 4));
    arrivals.start = milliseconds(*rc::gen::inRange(0, 40));
    arrivals.count = 40;
    workload.arrivals.push_back(arrivals);
  }
  workload.seed = *rc::gen::arbitrary<std::uint16_t>();
  const auto requests = generate(workload, workload.seed);
  RC_ASSERT(requests.has_value());
  RC_LOG() << describe(workload, *requests);
  const auto result = simulate(workload, workload.scheduler, *requests);
  RC_ASSERT(result.has_value());
  RC_ASSERT(result->summary.task(0).on_time == result->summary.task(0).offered);
}

// A task with a minimum share gets it while it has work, against any more important load.
RC_GTEST_PROP(Slack, DoesNotStarveATaskWithAMinimumShare, ()) {
  Workload workload;
  workload.name = "shares";
  workload.estimates = Estimates::hinted;
  const double share = *rc::gen::inRange(5, 40) / 100.0;
  for (int i = 0; i < 2; ++i) {
    const int service = *rc::gen::inRange(2, 20);
    schedule::ModelOptions model;
    model.name = "m" + std::to_string(i);
    model.profile_base = milliseconds(service);
    workload.scheduler.models.push_back(model);
    ServiceOptions time;
    time.base = milliseconds(service);
    workload.services.push_back(time);
    schedule::TaskOptions task;
    task.name = "t" + std::to_string(i);
    task.model = static_cast<schedule::ModelId>(i);
    task.priority = i == 0 ? 100 : 0;
    task.latency_budget = milliseconds(2000);
    task.min_share = i == 0 ? 0 : share;
    workload.scheduler.tasks.push_back(task);
    ArrivalOptions arrivals;
    arrivals.kind = ArrivalKind::poisson;
    arrivals.rate = 2000.0 / service;  // each alone offers twice what the slot can do
    workload.arrivals.push_back(arrivals);
  }
  workload.duration = std::chrono::seconds(10);
  workload.seed = *rc::gen::arbitrary<std::uint16_t>();
  const auto result = simulate(workload, workload.scheduler);
  RC_ASSERT(result.has_value());
  const double busy = base::to_seconds(result->summary.busy());
  const double given = base::to_seconds(result->summary.task(1).service);
  RC_ASSERT(given / busy >= share - 0.02);
}

TEST(Slack, AnExtraSlotNeverLowersGoodputOnTheSuite) {
  for (const Workload& workload : suite_workloads()) {
    const auto requests = generate(workload, workload.seed);
    ASSERT_TRUE(requests.has_value());
    double before = 0;
    for (std::uint32_t extra = 0; extra < 3; ++extra) {
      SchedulerOptions options = workload.scheduler;
      options.slots += extra;
      for (schedule::ModelOptions& model : options.models) {
        model.instances += extra;
      }
      const auto result = simulate(workload, options, *requests);
      ASSERT_TRUE(result.has_value()) << workload.name << ": " << result.error().message;
      EXPECT_GE(result->summary.weighted_on_time(), before)
          << workload.name << " with " << options.slots << " slots";
      before = result->summary.weighted_on_time();
    }
  }
}

}  // namespace
}  // namespace sluice::simulate
