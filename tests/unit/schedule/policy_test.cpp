#include "driver.hpp"

namespace sluice::schedule {
namespace {

using Kind = Decision::Kind;

SchedulerOptions two_tasks(PolicyKind policy) {
  SchedulerOptions options =
      one_slot({{task("a", 1, ms(100)), ms(8)}, {task("b", 5, ms(200)), ms(8)}});
  options.policy = policy;
  options.shedder = ShedderKind::none;
  return options;
}

/// The order in which `policy` serves three of task a, then two of task b, all queued.
std::vector<RequestId> order(PolicyKind policy) {
  Driver driver(two_tasks(policy));
  for (const TaskId id : {0u, 0u, 0u, 1u, 1u}) {
    driver.submit(id, 0);
  }
  std::vector<RequestId> served;
  for (double now = 0;; now += 8) {
    const Decision decision = driver.scheduler->next(0, at(now));
    if (decision.kind != Kind::run) {
      return served;
    }
    served.push_back(decision.requests[0]);
    driver.scheduler->finished(decision.batch, true, at(now + 8));
  }
}

TEST(Policy, ServesInItsOrder) {
  using Ids = std::vector<RequestId>;
  EXPECT_EQ(order(PolicyKind::fifo), (Ids{1, 2, 3, 4, 5}));
  EXPECT_EQ(order(PolicyKind::priority), (Ids{4, 5, 1, 2, 3}));
  EXPECT_EQ(order(PolicyKind::edf), (Ids{1, 2, 3, 4, 5}));
  EXPECT_EQ(order(PolicyKind::round_robin), (Ids{1, 4, 2, 5, 3}));
  EXPECT_EQ(order(PolicyKind::levels), (Ids{4, 5, 1, 2, 3}));
  EXPECT_EQ(order(PolicyKind::slack), (Ids{1, 2, 3, 4, 5})) << "all fit, so by deadline";
}

TEST(Policy, FixedBatchWaitsForItsBatchOrItsDelay) {
  SchedulerOptions options = two_tasks(PolicyKind::fixed_batch);
  options.models[0].max_batch = 3;
  options.batch_delay = ms(5);
  Driver driver(options);
  driver.submit(0, 0);
  driver.submit(0, 1);
  const Decision waiting = driver.scheduler->next(0, at(1));
  EXPECT_EQ(waiting.kind, Kind::wait);
  EXPECT_EQ(waiting.until, at(5));
  EXPECT_EQ(driver.scheduler->wake_at(), at(5));
  EXPECT_EQ(driver.scheduler->next(0, at(5)).requests.size(), 2u);
  driver.scheduler->finished(1, true, at(6));
  for (int i = 0; i < 4; ++i) {
    driver.submit(0, 6);
  }
  EXPECT_EQ(driver.scheduler->next(0, at(6)).requests.size(), 3u);
}

TEST(Policy, IntervalDispatchesWhatWasThereAtTheTick) {
  SchedulerOptions options = two_tasks(PolicyKind::interval);
  options.interval = ms(50);
  Driver driver(options);
  driver.submit(0, 60);
  driver.scheduler->next(0, at(60));
  driver.scheduler->finished(1, true, at(68));
  driver.submit(0, 70);
  const Decision waiting = driver.scheduler->next(0, at(70));
  EXPECT_EQ(waiting.kind, Kind::wait);
  EXPECT_EQ(waiting.until, at(100));
  EXPECT_EQ(driver.scheduler->next(0, at(100)).kind, Kind::run);
}

TEST(Policy, SlackGrowsABatchOnlyWhileEveryMemberIsOnTime) {
  SchedulerOptions options = one_slot({{task("t", 0, ms(30)), ms(10)}});
  options.models[0].max_batch = 8;
  options.models[0].profile_per_item = ms(5);  // 10 + 5 n
  Driver driver(options);
  for (int i = 0; i < 8; ++i) {
    driver.submit(0, 0);
  }
  const Decision decision = driver.scheduler->next(0, at(0));
  EXPECT_EQ(decision.requests.size(), 4u);
  EXPECT_EQ(decision.predicted, ms(30));
}

TEST(Policy, SlackStartsNoBatchThatAMoreImportantQueuedRequestCannotBear) {
  // By shares of a full batch both fit: 12.5 + 21 <= 35. The batch that starts takes 25.
  SchedulerOptions options =
      one_slot({{task("camera", 9, ms(35)), ms(21)}, {task("low", 1, ms(34)), ms(25)}});
  options.models[1].max_batch = 2;
  Driver driver(options);
  driver.submit(1, 0);
  driver.submit(1, 0);
  const RequestId frame = driver.submit(0, 0);
  const Decision decision = driver.scheduler->next(0, at(0));
  ASSERT_EQ(decision.kind, Kind::run);
  ASSERT_EQ(decision.requests.size(), 1u);
  EXPECT_EQ(decision.requests[0], frame);
}

TEST(Policy, SlackWaitsRatherThanMakeAnAnnouncedArrivalLate) {
  TaskOptions camera = task("camera", 9, ms(15));
  camera.period = ms(100);
  SchedulerOptions options = one_slot({{camera, ms(10)}, {task("low", 1, ms(1000)), ms(20)}});
  Driver early(options);
  early.scheduler->announce(0, at(100));
  early.submit(1, 82);
  EXPECT_EQ(early.scheduler->next(0, at(82)).kind, Kind::run) << "102 + 10 <= 115";
  Driver driver(options);
  driver.scheduler->announce(0, at(100));
  driver.submit(1, 90);
  const Decision waiting = driver.scheduler->next(0, at(90));
  EXPECT_EQ(waiting.kind, Kind::wait) << "110 + 10 > 115";
  EXPECT_EQ(waiting.until, at(100));
  const auto waits = driver.recorder.of(EventKind::waited);
  ASSERT_EQ(waits.size(), 1u);
  EXPECT_EQ(waits[0].other_task, 0u);
}

TEST(Policy, AnAnnouncementThatDoesNotComeIsGivenUpAfterHalfAPeriod) {
  TaskOptions camera = task("camera", 9, ms(15));
  camera.period = ms(100);
  Driver driver(one_slot({{camera, ms(10)}, {task("low", 1, ms(1000)), ms(20)}}));
  driver.scheduler->announce(0, at(100));
  driver.submit(1, 100);
  const Decision waiting = driver.scheduler->next(0, at(101));
  EXPECT_EQ(waiting.kind, Kind::wait);
  EXPECT_EQ(waiting.until, at(150));
  EXPECT_EQ(driver.scheduler->next(0, at(150)).kind, Kind::run);
}

TEST(Policy, OneSlotsWaitOutlivesAnothersLook) {
  TaskOptions camera = task("camera", 9, ms(15));
  camera.period = ms(100);
  SchedulerOptions options = one_slot({{camera, ms(10)}, {task("low", 1, ms(1000)), ms(20)}});
  options.slots = 2;
  options.models[0].slots = {0};
  options.models[1].slots = {0};
  Driver driver(options);
  driver.scheduler->announce(0, at(100));
  driver.submit(1, 95);
  EXPECT_EQ(driver.scheduler->next(0, at(95)).kind, Kind::wait);
  EXPECT_EQ(driver.scheduler->next(1, at(95)).kind, Kind::idle);
  EXPECT_EQ(driver.scheduler->wake_at(), at(100));
}

TEST(Policy, ProtectionNoneIgnoresAnnouncements) {
  TaskOptions camera = task("camera", 9, ms(15));
  camera.period = ms(100);
  SchedulerOptions options = one_slot({{camera, ms(10)}, {task("low", 1, ms(1000)), ms(20)}});
  options.protection = Protection::none;
  Driver driver(options);
  driver.scheduler->announce(0, at(100));
  driver.submit(1, 95);
  EXPECT_EQ(driver.scheduler->next(0, at(95)).kind, Kind::run);
}

TEST(Shedder, BacklogTakesFromTheLeastImportantTaskOnly) {
  SchedulerOptions options = two_tasks(PolicyKind::fifo);
  options.shedder = ShedderKind::backlog;
  options.backlog_threshold = 3;
  Driver driver(options);
  for (const TaskId id : {0u, 0u, 1u, 1u, 1u}) {
    driver.submit(id, 0);
  }
  const auto drops = driver.recorder.of(EventKind::dropped);
  ASSERT_EQ(drops.size(), 2u);
  EXPECT_EQ(drops[0].request, 1u);
  EXPECT_EQ(drops[0].reason, DropReason::shed);
  EXPECT_EQ(drops[0].other_task, 1u);
  EXPECT_EQ(drops[1].request, 2u);
  driver.submit(1, 0);
  EXPECT_EQ(driver.scheduler->accounting().queued, 4u) << "the protected task is never shed";
}

TEST(Shedder, EngagesAfterTheGivenTimeAndReleasesWithHysteresis) {
  SchedulerOptions options = one_slot({{task("t", 0, ms(100)), ms(40)}});
  options.shed_engage = ms(10);
  options.shed_release = ms(50);
  Driver driver(options);
  for (int i = 0; i < 4; ++i) {
    driver.submit(0, 0);
  }
  driver.scheduler->next(0, at(0));
  EXPECT_EQ(driver.recorder.of(EventKind::shedding_on).size(), 0u);
  driver.scheduler->finished(1, true, at(40));
  driver.scheduler->next(0, at(40));
  EXPECT_EQ(driver.recorder.of(EventKind::shedding_on).size(), 1u);
  EXPECT_EQ(driver.recorder.of(EventKind::shedding_off).size(), 0u);
  driver.submit(0, 60);
  EXPECT_EQ(driver.recorder.of(EventKind::shedding_off).size(), 0u);
  driver.submit(0, 95);
  EXPECT_EQ(driver.recorder.of(EventKind::shedding_off).size(), 1u);
}

}  // namespace
}  // namespace sluice::schedule
