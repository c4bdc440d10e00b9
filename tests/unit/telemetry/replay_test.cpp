#include "telemetry/replay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/telemetry/telemetry_helpers.hpp"

namespace sluice::telemetry {
namespace {

using schedule::EventKind;
using testing::at;
using ::testing::HasSubstr;
using testing::kMs;
using testing::overload;
using testing::record;

/// Random service times, batches and a second slot.
simulate::Workload rough() {
  simulate::Workload workload = overload();
  workload.scheduler.slots = 2;
  workload.scheduler.models[0].max_batch = 4;
  workload.scheduler.models[0].instances = 2;
  workload.services[0].kind = simulate::ServiceKind::lognormal;
  workload.services[0].cv = 0.4;
  workload.services[0].base = 6 * kMs;
  workload.services[0].per_item = 2 * kMs;
  workload.services[1].kind = simulate::ServiceKind::lognormal;
  workload.services[1].cv = 0.3;
  workload.arrivals[0].count = 300;
  workload.arrivals[1].kind = simulate::ArrivalKind::poisson;
  workload.arrivals[1].rate = 60;
  workload.arrivals[1].count = 150;
  return workload;
}

ReplayInput input_of(const JournalContent& journal) {
  auto input = replay_input(journal);
  EXPECT_TRUE(input) << input.error().message;
  return std::move(*input);
}

TEST(Replay, UnderTheRecordedPolicyRepeatsTheRun) {
  for (const simulate::Workload& workload : {overload(), rough()}) {
    const ReplayInput input = input_of(record(workload, workload.scheduler));
    const auto agreement = check_agreement(input);
    ASSERT_TRUE(agreement) << agreement.error().message;
    EXPECT_LE(agreement->total.difference, 0.05) << to_text(*agreement, false);
    EXPECT_EQ(agreement->total.recorded.offered, agreement->total.simulated.offered);
    EXPECT_GT(agreement->total.recorded.dropped, 0u);
  }
}

TEST(Replay, OfConstantServiceIsExactUnderAnotherPolicy) {
  const simulate::Workload workload = overload();
  const ReplayInput input = input_of(record(workload, workload.scheduler));
  EXPECT_EQ(input.guessed, 14u);
  schedule::SchedulerOptions fifo = workload.scheduler;
  fifo.policy = schedule::PolicyKind::fifo;
  fifo.shedder = schedule::ShedderKind::none;
  const auto replayed = replay(input, fifo);
  const auto direct = simulate::simulate(workload, fifo);
  ASSERT_TRUE(replayed);
  ASSERT_TRUE(direct);
  for (schedule::TaskId task = 0; task < 2; ++task) {
    EXPECT_EQ(replayed->summary.task(task).on_time, direct->summary.task(task).on_time);
    EXPECT_EQ(replayed->summary.task(task).late, direct->summary.task(task).late);
    EXPECT_EQ(replayed->summary.task(task).latency.p95, direct->summary.task(task).latency.p95);
  }
}

TEST(Replay, GivesTheSameInputForTheSameJournal) {
  const JournalContent journal = record(rough(), rough().scheduler);
  const ReplayInput a = input_of(journal);
  const ReplayInput b = input_of(journal);
  ASSERT_EQ(a.requests.size(), b.requests.size());
  for (std::size_t i = 0; i < a.requests.size(); ++i) {
    EXPECT_EQ(a.requests[i].factor, b.requests[i].factor);
    EXPECT_EQ(a.requests[i].arrival, b.requests[i].arrival);
  }
}

TEST(Replay, AppliesAChangedBudgetToTheTasksRequests) {
  const ReplayInput input = input_of(record(overload(), overload().scheduler));
  schedule::SchedulerOptions generous = input.run.scheduler;
  generous.tasks[1].latency_budget = std::chrono::seconds(10);
  const auto replayed = replay(input, generous);
  ASSERT_TRUE(replayed);
  EXPECT_EQ(replayed->summary.task(1).on_time, 20u);
  EXPECT_EQ(replay(input, input.run.scheduler)->summary.task(1).on_time, 6u);
}

/// A journal of one classifier request that ran for 45 ms.
JournalContent tiny() {
  JournalContent journal;
  journal.info.header.scheduler = testing::two_tasks();
  auto arrived = testing::event(EventKind::arrived, 1, 5, 1, 1);
  arrived.arrival = at(3);  // captured 2 ms before it was submitted
  arrived.deadline = at(253);
  arrived.priority = 20;
  auto started = testing::event(EventKind::started, 2, 5, 1, 1);
  started.batch = 1;
  auto finished = testing::event(EventKind::batch_finished, 3, 50);
  finished.batch = 1;
  finished.batch_size = 1;
  finished.model = 1;
  finished.numbers.service = 45 * kMs;
  journal.events = {arrived, started, finished};
  return journal;
}

TEST(ReplayInput, KeepsDeadlineAndCaptureOfARequestSubmittedLater) {
  const ReplayInput input = input_of(tiny());
  ASSERT_EQ(input.requests.size(), 1u);
  EXPECT_EQ(input.requests[0].arrival, at(5));
  EXPECT_EQ(input.requests[0].deadline, at(253));
  EXPECT_EQ(input.captured[0], at(3));
  EXPECT_FALSE(input.requests[0].priority.has_value());  // the task's own
  EXPECT_EQ(simulate::mean_time(input.workload.services[1], 1, base::Duration(0)), 45 * kMs);
}

TEST(ReplayInput, WithdrawsCancelledRequestsAndFailsFailedOnes) {
  JournalContent journal = tiny();
  auto arrived = testing::event(EventKind::arrived, 4, 60, 2, 1);
  arrived.deadline = at(310);
  auto cancelled = testing::event(EventKind::dropped, 5, 70, 2, 1);
  cancelled.reason = schedule::DropReason::cancelled;
  auto failed = testing::event(EventKind::finished, 6, 71, 1, 1);
  failed.outcome = schedule::Outcome::failed;
  journal.events.insert(journal.events.end(), {arrived, cancelled, failed});
  const ReplayInput input = input_of(journal);
  EXPECT_TRUE(input.requests[0].fails);
  EXPECT_EQ(input.requests[1].cancel_at, at(70));
}

TEST(ReplayInput, LearnsNothingFromFailedBatches) {
  JournalContent journal = tiny();
  auto hung = testing::event(EventKind::batch_finished, 4, 9000);
  hung.batch = 2;
  hung.batch_size = 1;
  hung.model = 1;
  hung.numbers.service = 8000 * kMs;
  auto failed = testing::event(EventKind::finished, 5, 9000, 1, 1);
  failed.batch = 2;
  failed.outcome = schedule::Outcome::failed;
  journal.events.insert(journal.events.end(), {hung, failed});
  const ReplayInput input = input_of(journal);
  EXPECT_EQ(simulate::mean_time(input.workload.services[1], 1, base::Duration(0)), 45 * kMs);
}

TEST(ReplayInput, NeedsRequestsWhoseCostIsKnown) {
  JournalContent journal = tiny();
  journal.events.clear();
  const auto none = replay_input(journal);
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("holds no request"));

  journal = tiny();
  journal.events.resize(1);
  journal.info.header.scheduler.models[1].profile_base = base::Duration(0);
  const auto unknown = replay_input(journal);
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("model 'cls' never ran"));
}

}  // namespace
}  // namespace sluice::telemetry
