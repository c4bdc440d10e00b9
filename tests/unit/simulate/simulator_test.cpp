#include "simulate/simulator.hpp"

#include <functional>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workloads.hpp"

namespace sluice::simulate {
namespace {

using base::kNever;
using base::Time;
using schedule::Decision;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace testing;

// Writes down every call and does what the test says.
class FakeScheduler final : public schedule::Scheduler {
 public:
  explicit FakeScheduler(schedule::SchedulerOptions options) : options_(std::move(options)) {}

  schedule::RequestId submit(const schedule::Submission& submission, Time now) override {
    note(now, fmt::format("submit {}", submission.task));
    submissions.push_back(submission);
    queue.push_back(submissions.size());
    return submissions.size();
  }
  bool cancel(schedule::RequestId request, Time now) override {
    note(now, fmt::format("cancel {}", request));
    return std::erase(queue, request) > 0;
  }
  Decision next(schedule::SlotId slot, Time now) override {
    note(now, fmt::format("next {}", slot));
    return decide(slot, now);
  }
  void fail(schedule::RequestId) override {}
  void finished(schedule::BatchId batch, bool ok, Time now, bool) override {
    note(now, fmt::format("finished {}{}", batch, ok ? "" : " failed"));
  }
  void advance(Time now) override {
    note(now, "advance");
    wake = on_advance ? on_advance(now) : kNever;
  }
  Time wake_at() const override { return wake; }
  void announce(schedule::TaskId task, Time at) override { announcements.emplace_back(task, at); }
  void set_available(schedule::ModelId, schedule::SlotId, bool, Time) override {}
  void set_pressure(double, Time) override {}
  void drop_all(schedule::DropReason reason, Time now) override {
    note(now, fmt::format("drop {} {}", queue.size(), schedule::to_string(reason)));
  }
  const schedule::Accounting& accounting() const override { return accounting_; }
  const schedule::Accounting& accounting(schedule::TaskId) const override { return accounting_; }
  base::Duration estimate(schedule::ModelId, std::uint32_t) const override { return {}; }
  const schedule::SchedulerOptions& options() const override { return options_; }

  // Runs the oldest queued request alone.
  Decision run_first(schedule::SlotId, Time) {
    if (queue.empty()) {
      return {};
    }
    running_ = {queue.front()};
    queue.erase(queue.begin());
    Decision decision;
    decision.kind = Decision::Kind::run;
    decision.batch = ++batches_;
    decision.model = options_.tasks[submissions[running_[0] - 1].task].model;
    decision.requests = running_;
    return decision;
  }

  std::vector<std::string> calls;
  std::vector<std::pair<schedule::TaskId, Time>> announcements;
  std::vector<schedule::Submission> submissions;
  std::vector<schedule::RequestId> queue;
  Time wake = kNever;
  std::function<Decision(schedule::SlotId, Time)> decide = [this](schedule::SlotId s, Time t) {
    return run_first(s, t);
  };
  std::function<Time(Time)> on_advance;

 private:
  void note(Time now, const std::string& call) {
    calls.push_back(fmt::format("{} {}", base::to_ms(now.time_since_epoch()), call));
  }

  schedule::SchedulerOptions options_;
  schedule::Accounting accounting_;
  std::vector<schedule::RequestId> running_;
  schedule::BatchId batches_ = 0;
};

TracedRequest request(schedule::TaskId task, int arrival_ms) {
  TracedRequest result;
  result.task = task;
  result.arrival = at(arrival_ms);
  return result;
}

Workload one_task(base::Duration service) {
  Workload workload;
  workload.name = "one";
  add_task(workload, "a", service, milliseconds(100), poisson(10, 1));
  return workload;
}

TEST(Drive, OrdersWhatHappensAtOneInstant) {
  const Workload workload = one_task(milliseconds(10));
  FakeScheduler scheduler(workload.scheduler);
  std::vector<TracedRequest> requests = {request(0, 0), request(0, 10), request(0, 10)};
  requests[2].cancel_at = at(10);
  scheduler.on_advance = [](Time) { return kNever; };
  scheduler.wake = at(10);
  const auto result = drive(scheduler, workload, requests);
  ASSERT_TRUE(result.has_value()) << result.error().message;
  EXPECT_THAT(scheduler.calls, ElementsAre("0 submit 0", "0 next 0", "10 finished 1", "10 submit 0",
                                           "10 submit 0", "10 cancel 3", "10 advance", "10 next 0",
                                           "20 finished 2", "20 next 0", "20 drop 0 shutdown"));
  EXPECT_EQ(result->end, at(20));
  EXPECT_EQ(result->decisions, 3u);
}

TEST(Drive, AsksEveryFreeSlotAndNoBusyOne) {
  Workload workload = one_task(milliseconds(10));
  workload.scheduler.slots = 2;
  FakeScheduler scheduler(workload.scheduler);
  const std::vector<TracedRequest> requests = {request(0, 0), request(0, 4)};
  ASSERT_TRUE(drive(scheduler, workload, requests).has_value());
  EXPECT_THAT(
      scheduler.calls,
      ElementsAre("0 submit 0", "0 next 0", "0 next 1", "4 submit 0", "4 next 1", "10 finished 1",
                  "10 next 0", "14 finished 2", "14 next 0", "14 next 1", "14 drop 0 shutdown"));
}

TEST(Drive, HonoursWaits) {
  const Workload workload = one_task(milliseconds(10));
  FakeScheduler scheduler(workload.scheduler);
  scheduler.decide = [&](schedule::SlotId slot, Time now) {
    if (now < at(7)) {
      Decision wait;
      wait.kind = Decision::Kind::wait;
      wait.until = at(7);
      return wait;
    }
    return scheduler.run_first(slot, now);
  };
  const std::vector<TracedRequest> requests = {request(0, 0)};
  ASSERT_TRUE(drive(scheduler, workload, requests).has_value());
  EXPECT_THAT(scheduler.calls, ElementsAre("0 submit 0", "0 next 0", "7 next 0", "17 finished 1",
                                           "17 next 0", "17 drop 0 shutdown"));
}

TEST(Drive, UsesTheTrueTimesOfTheRequests) {
  Workload workload = one_task(milliseconds(10));
  workload.services[0].drift_per_second = 1;
  FakeScheduler scheduler(workload.scheduler);
  std::vector<TracedRequest> requests = {request(0, 0), request(0, 500)};
  requests[0].factor = 2.5;
  requests[1].fails = true;
  ASSERT_TRUE(drive(scheduler, workload, requests).has_value());
  EXPECT_THAT(scheduler.calls, ::testing::Contains("25 finished 1"));
  EXPECT_THAT(scheduler.calls, ::testing::Contains("515 finished 2 failed"));
}

TEST(Drive, GivesHintsOnlyWhereTheWorkloadSaysSo) {
  Workload workload = one_task(milliseconds(10));
  std::vector<TracedRequest> requests = {request(0, 0)};
  requests[0].factor = 2;
  requests[0].hint_factor = 1.5;
  FakeScheduler learned(workload.scheduler);
  ASSERT_TRUE(drive(learned, workload, requests).has_value());
  EXPECT_EQ(learned.submissions[0].service_hint, milliseconds(0));
  workload.estimates = Estimates::hinted;
  FakeScheduler hinted(workload.scheduler);
  ASSERT_TRUE(drive(hinted, workload, requests).has_value());
  EXPECT_EQ(hinted.submissions[0].service_hint, milliseconds(30));
}

TEST(Drive, PassesDeadlinesAndPrioritiesOn) {
  const Workload workload = one_task(milliseconds(10));
  std::vector<TracedRequest> requests = {request(0, 3), request(0, 4)};
  requests[0].deadline = at(50);
  requests[0].priority = 9;
  FakeScheduler scheduler(workload.scheduler);
  ASSERT_TRUE(drive(scheduler, workload, requests).has_value());
  EXPECT_EQ(scheduler.submissions[0].arrival, at(3));
  EXPECT_EQ(scheduler.submissions[0].deadline, at(50));
  EXPECT_EQ(scheduler.submissions[0].priority, 9);
  EXPECT_FALSE(scheduler.submissions[1].deadline.has_value());
  EXPECT_FALSE(scheduler.submissions[1].priority.has_value());
}

TEST(Drive, AnnouncesPeriodicTasks) {
  Workload workload;
  ArrivalOptions camera = periodic(100, 3);
  camera.start = milliseconds(4);
  add_task(workload, "camera", milliseconds(1), milliseconds(50), camera);
  add_task(workload, "events", milliseconds(1), milliseconds(50), poisson(100, 3));
  const auto requests = generate(workload, 1);
  ASSERT_TRUE(requests.has_value());
  FakeScheduler scheduler(effective_options(workload, workload.scheduler));
  EXPECT_EQ(scheduler.options().tasks[0].period, milliseconds(10));
  EXPECT_EQ(scheduler.options().tasks[1].period, milliseconds(0));
  ASSERT_TRUE(drive(scheduler, workload, *requests).has_value());
  EXPECT_THAT(scheduler.announcements, ElementsAre(std::pair(0u, at(4)), std::pair(0u, kNever)));
}

TEST(Drive, AnnouncesDueTimesThatJitterHides) {
  Workload workload;
  ArrivalOptions camera = periodic(100, 3);
  camera.jitter = milliseconds(5);
  add_task(workload, "camera", milliseconds(1), milliseconds(50), camera);
  const auto requests = generate(workload, 1);
  ASSERT_TRUE(requests.has_value());
  FakeScheduler scheduler(effective_options(workload, workload.scheduler));
  ASSERT_TRUE(drive(scheduler, workload, *requests).has_value());
  EXPECT_THAT(scheduler.announcements, ElementsAre(std::pair(0u, at(0)), std::pair(0u, at(10)),
                                                   std::pair(0u, at(20)), std::pair(0u, kNever)));
}

TEST(Drive, ConfiguredPeriodsStay) {
  Workload workload;
  add_task(workload, "camera", milliseconds(1), milliseconds(50), periodic(100, 3));
  workload.scheduler.tasks[0].period = milliseconds(40);
  EXPECT_EQ(effective_options(workload, workload.scheduler).tasks[0].period, milliseconds(40));
}

TEST(Drive, ASchedulerThatSpinsIsAnError) {
  const Workload workload = one_task(milliseconds(10));
  FakeScheduler scheduler(workload.scheduler);
  scheduler.decide = [](schedule::SlotId, Time) { return Decision{}; };
  scheduler.wake = at(0);
  scheduler.on_advance = [](Time now) { return now; };
  const std::vector<TracedRequest> requests = {request(0, 0)};
  const auto result = drive(scheduler, workload, requests);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, base::ErrorCode::internal);
  EXPECT_THAT(result.error().message, HasSubstr("does not move on"));
}

TEST(Drive, ImpossibleBatchesAreErrors) {
  const Workload workload = one_task(milliseconds(10));
  const std::vector<TracedRequest> requests = {request(0, 0)};
  const std::vector<schedule::RequestId> unknown = {2};
  for (const bool empty : {true, false}) {
    FakeScheduler scheduler(workload.scheduler);
    scheduler.decide = [&](schedule::SlotId, Time) {
      Decision decision;
      decision.kind = Decision::Kind::run;
      decision.model = 0;
      if (!empty) {
        decision.requests = unknown;
      }
      return decision;
    };
    const auto result = drive(scheduler, workload, requests);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, base::ErrorCode::internal);
  }
}

TEST(Drive, RefusesBadRequests) {
  const Workload workload = one_task(milliseconds(10));
  const auto message = [&](const std::vector<TracedRequest>& requests) {
    FakeScheduler scheduler(workload.scheduler);
    const auto result = drive(scheduler, workload, requests);
    return result ? std::string("accepted") : result.error().message;
  };
  EXPECT_THAT(message({request(7, 0)}), HasSubstr("no task 7"));
  EXPECT_THAT(message({request(0, 5), request(0, 4)}), HasSubstr("request 2: arrives before"));
  TracedRequest bad = request(0, 0);
  bad.factor = 0;
  EXPECT_THAT(message({bad}), HasSubstr("service factor 0"));
}

// The known scenario, under the real scheduler; numbers derived by hand.
class OverloadTest : public ::testing::Test {
 protected:
  static SimulationResult run(const std::function<void(schedule::SchedulerOptions&)>& change) {
    const Workload workload = overload();
    schedule::SchedulerOptions options = workload.scheduler;
    change(options);
    auto result = simulate(workload, options);
    EXPECT_TRUE(result.has_value()) << result.error().message;
    return std::move(*result);
  }
};

TEST_F(OverloadTest, FifoWithoutExpiryIsAsBadAsComputedByHand) {
  const auto result = run([](auto& options) {
    options.policy = schedule::PolicyKind::fifo;
    options.shedder = schedule::ShedderKind::none;
    options.expire = false;
  });
  EXPECT_EQ(result.summary.task(0).latency.p95, milliseconds(782));
  EXPECT_EQ(result.summary.task(1).latency.p95, milliseconds(827));
  EXPECT_EQ(result.end, at(20 * 53));
  EXPECT_TRUE(result.accounting.holds());
}

TEST_F(OverloadTest, PriorityIsBlockedByOneClassifier) {
  const auto result = run([](auto& options) {
    options.policy = schedule::PolicyKind::priority;
    options.shedder = schedule::ShedderKind::none;
  });
  EXPECT_EQ(result.summary.task(0).latency.p95, milliseconds(49));
}

TEST_F(OverloadTest, SlackIsOptimal) {
  const auto result = run([](auto& options) { options.policy = schedule::PolicyKind::slack; });
  EXPECT_EQ(result.summary.task(0).on_time, 20u);
  EXPECT_EQ(result.summary.task(1).on_time, 6u);
  EXPECT_EQ(result.summary.wasted_share(), 0.0);
}

TEST_F(OverloadTest, StrictProtectionReservesForAnnouncedArrivals) {
  const auto result = run([](auto& options) {
    options.policy = schedule::PolicyKind::slack;
    options.protection = schedule::Protection::strict;
  });
  EXPECT_EQ(result.summary.task(0).latency.max, milliseconds(8));
}

TEST(Simulate, WhatIfChangesOneRequest) {
  const Workload workload = overload();
  auto requests = generate(workload, 1);
  ASSERT_TRUE(requests.has_value());
  for (TracedRequest& request : *requests) {
    request.factor = request.task == 1 ? 0.1 : 1;
  }
  const auto result = simulate(workload, workload.scheduler, *requests);
  ASSERT_TRUE(result.has_value()) << result.error().message;
  EXPECT_EQ(result->summary.task(0).on_time, 20u);
  EXPECT_GT(result->summary.task(1).on_time, 6u);
}

TEST(Simulate, SchedulerErrorsComeThrough) {
  Workload workload = overload();
  workload.scheduler.tasks[0].weight = -1;
  EXPECT_FALSE(simulate(workload, workload.scheduler).has_value());
}

}  // namespace
}  // namespace sluice::simulate
