#include "driver.hpp"

namespace sluice::schedule {
namespace {

using Kind = Decision::Kind;

TEST(Scheduler, DropsOldestNewestOrLowestValueOnAFullQueue) {
  for (const auto& [rule, reason, victim] :
       {std::tuple{OnFull::drop_oldest, DropReason::queue_full_oldest, RequestId{1}},
        std::tuple{OnFull::drop_newest, DropReason::queue_full_newest, RequestId{3}},
        std::tuple{OnFull::drop_lowest_value, DropReason::queue_full_lowest_value, RequestId{2}}}) {
    SchedulerOptions options = one_slot({{task("t", 0, ms(100), 2), ms(1)}});
    options.tasks[0].on_full = rule;
    options.shedder = ShedderKind::none;
    Driver driver(options);
    for (const std::int32_t priority : {5, 1, 5}) {
      Submission s;
      s.priority = priority;
      driver.scheduler->submit(s, at(0));
    }
    const auto drops = driver.recorder.of(EventKind::dropped);
    ASSERT_EQ(drops.size(), 1u);
    EXPECT_EQ(drops[0].reason, reason);
    EXPECT_EQ(drops[0].request, victim);
    EXPECT_EQ(driver.scheduler->accounting().queued, 2u);
  }
}

TEST(Scheduler, ExpiresARequestWhenItsDeadlineComesNotWhenItIsPopped) {
  Driver driver(one_slot({{task("t", 0, ms(20)), ms(8)}}));
  driver.submit(0, 0);
  driver.scheduler->next(0, at(0));
  driver.submit(0, 1);
  EXPECT_EQ(driver.scheduler->wake_at(), at(21));
  driver.scheduler->advance(at(20.999));
  EXPECT_EQ(driver.scheduler->accounting().queued, 1u);
  driver.scheduler->advance(at(21));
  const auto drops = driver.recorder.of(EventKind::dropped);
  ASSERT_EQ(drops.size(), 1u);
  EXPECT_EQ(drops[0].reason, DropReason::expired);
  EXPECT_EQ(drops[0].time, at(21));
}

TEST(Scheduler, WithoutExpiryALateRequestStillRuns) {
  SchedulerOptions options = one_slot({{task("t", 0, ms(20)), ms(8)}});
  options.policy = PolicyKind::fifo;
  options.shedder = ShedderKind::none;
  options.expire = false;
  Driver driver(options);
  driver.submit(0, 0);
  const Decision decision = driver.scheduler->next(0, at(50));
  ASSERT_EQ(decision.kind, Kind::run);
  driver.scheduler->finished(decision.batch, true, at(58));
  EXPECT_EQ(driver.scheduler->accounting().late, 1u);
}

TEST(Scheduler, SlackDropsWhatCannotFinishInTimeAndSaysByHowMuch) {
  Driver driver(one_slot({{task("t", 0, ms(10)), ms(8)}}));
  driver.submit(0, 0);
  EXPECT_EQ(driver.scheduler->next(0, at(3)).kind, Kind::idle);
  const auto drops = driver.recorder.of(EventKind::dropped);
  ASSERT_EQ(drops.size(), 1u);
  EXPECT_EQ(drops[0].reason, DropReason::infeasible);
  EXPECT_EQ(drops[0].deadline, at(10));
  EXPECT_EQ(drops[0].numbers.predicted_finish, at(11));
  EXPECT_EQ(drops[0].numbers.service, ms(8));
}

TEST(Scheduler, ShedsTheLeastDenseAndNamesWhatItProtects) {
  SchedulerOptions options =
      one_slot({{task("low", 1, ms(30)), ms(20)}, {task("high", 9, ms(30)), ms(20)}});
  Driver driver(options);
  driver.submit(0, 0);
  driver.submit(1, 0);
  const Decision decision = driver.scheduler->next(0, at(0));
  ASSERT_EQ(decision.kind, Kind::run);
  EXPECT_EQ(decision.requests[0], 2u);
  const auto drops = driver.recorder.of(EventKind::dropped);
  ASSERT_EQ(drops.size(), 1u);
  EXPECT_EQ(drops[0].request, 1u);
  EXPECT_EQ(drops[0].reason, DropReason::shed);
  EXPECT_EQ(drops[0].other_task, 1u);
  EXPECT_EQ(drops[0].other_request, 2u);
}

TEST(Scheduler, CancelsQueuedButNotRunningRequests) {
  Driver driver(one_slot({{task("t", 0, ms(100)), ms(8)}}));
  const RequestId running = driver.submit(0, 0);
  driver.scheduler->next(0, at(0));
  const RequestId waiting = driver.submit(0, 0);
  EXPECT_FALSE(driver.scheduler->cancel(running, at(1)));
  EXPECT_TRUE(driver.scheduler->cancel(waiting, at(1)));
  EXPECT_FALSE(driver.scheduler->cancel(waiting, at(1)));
  EXPECT_FALSE(driver.scheduler->cancel(999, at(1)));
  EXPECT_EQ(driver.scheduler->accounting().dropped[static_cast<std::size_t>(DropReason::cancelled)],
            1u);
}

TEST(Scheduler, DefersAShedRequestWhileItsDeadlineAllows) {
  SchedulerOptions options =
      one_slot({{task("low", 1, ms(45)), ms(20)}, {task("high", 9, ms(45)), ms(20)}});
  options.tasks[0].on_shed = OnShed::defer;
  options.tasks[0].defer_by = ms(15);
  Driver driver(options);
  driver.submit(1, 0);
  driver.submit(0, 0);
  driver.submit(1, 1);
  const Decision decision = driver.scheduler->next(0, at(1));
  ASSERT_EQ(driver.recorder.of(EventKind::deferred).size(), 1u);
  EXPECT_EQ(driver.recorder.of(EventKind::deferred)[0].until, at(16));
  EXPECT_EQ(driver.scheduler->accounting().deferred, 1u);
  EXPECT_EQ(driver.scheduler->wake_at(), at(16));
  // The second important one is withdrawn, so the deferred one finds room when it is back.
  driver.scheduler->cancel(3, at(10));
  driver.scheduler->advance(at(16));
  EXPECT_EQ(driver.scheduler->accounting().deferred, 0u);
  EXPECT_EQ(driver.recorder.of(EventKind::requeued).size(), 1u);
  driver.scheduler->finished(decision.batch, true, at(21));
  EXPECT_EQ(driver.scheduler->next(0, at(21)).kind, Kind::run);
}

TEST(Scheduler, DegradesToACheaperTaskWhatItWouldOtherwiseDrop) {
  SchedulerOptions options =
      one_slot({{task("big", 1, ms(30)), ms(40)}, {task("small", 1, ms(30)), ms(5)}});
  options.tasks[0].on_shed = OnShed::degrade;
  options.tasks[0].degrade_to = 1;
  Driver driver(options);
  driver.submit(0, 0);
  const Decision decision = driver.scheduler->next(0, at(0));
  ASSERT_EQ(decision.kind, Kind::run);
  EXPECT_EQ(decision.model, 1u);
  driver.scheduler->finished(decision.batch, true, at(5));
  EXPECT_EQ(driver.recorder.of(EventKind::degraded).size(), 1u);
  EXPECT_EQ(driver.scheduler->accounting(0).on_time, 1u) << "accounts stay with the offering task";
}

TEST(Scheduler, FailedBatchFailsItsMembersOnly) {
  SchedulerOptions options = one_slot({{task("t", 0, ms(100)), ms(8)}});
  options.models[0].max_batch = 2;
  Driver driver(options);
  driver.submit(0, 0);
  driver.submit(0, 0);
  driver.submit(0, 0);
  const Decision decision = driver.scheduler->next(0, at(0));
  ASSERT_EQ(decision.requests.size(), 2u);
  driver.scheduler->finished(decision.batch, false, at(4));
  EXPECT_EQ(driver.scheduler->accounting().failed, 2u);
  EXPECT_EQ(driver.scheduler->accounting().queued, 1u);
  EXPECT_EQ(driver.scheduler->estimate(0, 2), ms(8)) << "a failure is no measurement";
}

TEST(Scheduler, AMemberThatFailedByItselfFailsAlone) {
  SchedulerOptions options = one_slot({{task("t", 0, ms(100)), ms(8)}});
  options.models[0].max_batch = 2;
  Driver driver(options);
  const auto first = driver.submit(0, 0);
  driver.submit(0, 0);
  const Decision decision = driver.scheduler->next(0, at(0));
  ASSERT_EQ(decision.requests.size(), 2u);
  driver.scheduler->fail(first);
  driver.scheduler->finished(decision.batch, true, at(4));
  EXPECT_EQ(driver.scheduler->accounting().failed, 1u);
  EXPECT_EQ(driver.scheduler->accounting().on_time, 1u);
  // What is kept of the request is used again for the next one.
  driver.submit(0, 5);
  driver.scheduler->finished(driver.scheduler->next(0, at(5)).batch, true, at(6));
  EXPECT_EQ(driver.scheduler->accounting().on_time, 2u);
}

TEST(Scheduler, QuarantineDropsAndRefusesUntilTheModelIsBack) {
  Driver driver(one_slot({{task("t", 0, ms(100)), ms(8)}}));
  driver.submit(0, 0);
  driver.scheduler->set_available(0, 0, false, at(1));
  driver.submit(0, 2);
  const auto reason = static_cast<std::size_t>(DropReason::quarantined);
  EXPECT_EQ(driver.scheduler->accounting().dropped[reason], 2u);
  driver.scheduler->set_available(0, 0, true, at(3));
  driver.submit(0, 4);
  EXPECT_EQ(driver.scheduler->next(0, at(4)).kind, Kind::run);
}

TEST(Scheduler, RunsAModelOnItsSlotsOnlyAndWithinItsInstances) {
  SchedulerOptions options =
      one_slot({{task("a", 0, ms(100)), ms(8)}, {task("b", 0, ms(100)), ms(8)}});
  options.slots = 2;
  options.models[0].slots = {1};
  Driver driver(options);
  driver.submit(0, 0);
  EXPECT_EQ(driver.scheduler->next(0, at(0)).kind, Kind::idle);
  EXPECT_EQ(driver.scheduler->next(1, at(0)).kind, Kind::run);
  driver.submit(1, 0);
  driver.submit(1, 0);
  EXPECT_EQ(driver.scheduler->next(0, at(0)).kind, Kind::run);
  driver.scheduler->finished(1, true, at(8));
  EXPECT_EQ(driver.scheduler->next(1, at(8)).kind, Kind::idle) << "one instance, and it is busy";
}

TEST(Scheduler, MinShareServesATaskThatStrictPriorityWouldStarve) {
  SchedulerOptions options =
      one_slot({{task("high", 9, ms(1000), 8), ms(10)}, {task("low", 0, ms(1000), 8), ms(10)}});
  options.policy = PolicyKind::priority;
  options.shedder = ShedderKind::none;
  std::vector<Driver::Arrival> load;
  for (int i = 0; i < 400; ++i) {
    load.push_back({5.0 * i, 0, 10});
    load.push_back({5.0 * i, 1, 10});
  }
  Driver starved(options);
  starved.run(load);
  EXPECT_LT(starved.scheduler->accounting(1).on_time, 12u) << "only what is left at the end";
  options.tasks[1].min_share = 0.2;
  Driver shared(options);
  shared.run(load);
  EXPECT_GE(shared.scheduler->accounting(1).on_time, 39u) << "a fifth of 200 services";
}

TEST(Scheduler, DropsAllThatIsQueuedAtShutdown) {
  Driver driver(one_slot({{task("t", 0, ms(100)), ms(8)}}));
  driver.submit(0, 0);
  driver.submit(0, 0);
  driver.scheduler->drop_all(DropReason::shutdown, at(1));
  EXPECT_EQ(driver.scheduler->accounting().dropped_total(), 2u);
  EXPECT_EQ(driver.scheduler->wake_at(), base::kNever);
}

TEST(Scheduler, PressureMakesPredictionsGrow) {
  Driver driver(one_slot({{task("t", 0, ms(12)), ms(8)}}));
  driver.scheduler->set_pressure(1.0, at(0));
  driver.submit(0, 0);
  driver.scheduler->next(0, at(0));
  EXPECT_EQ(
      driver.scheduler->accounting().dropped[static_cast<std::size_t>(DropReason::infeasible)], 1u);
}

TEST(Scheduler, TimeThatGoesBackwardsCountsAsTheLatestSeen) {
  Driver driver(one_slot({{task("t", 0, ms(100)), ms(8)}}));
  driver.submit(0, 10);
  driver.scheduler->advance(at(5));
  const Decision decision = driver.scheduler->next(0, at(3));
  driver.scheduler->finished(decision.batch, true, at(18));
  EXPECT_EQ(driver.recorder.of(EventKind::batch_finished)[0].numbers.service, ms(8));
}

TEST(Scheduler, RefusesImpossibleOptionsByName) {
  const auto error = [](auto change) {
    SchedulerOptions options = one_slot({{task("t", 0, ms(1)), ms(1)}});
    change(options);
    Recorder sink;
    const auto made = Scheduler::create(options, sink);
    return made ? std::string("accepted") : made.error().message;
  };
  EXPECT_EQ(error([](auto& o) { o.slots = 0; }), "scheduler.slots: 0 is not between 1 and 64");
  EXPECT_EQ(error([](auto& o) { o.tasks[0].weight = 0; }), "tasks[0].weight: must be positive");
  EXPECT_EQ(error([](auto& o) { o.tasks[0].latency_budget = ms(0); }),
            "tasks[0].latency_budget: must be positive");
  EXPECT_EQ(error([](auto& o) { o.tasks.push_back(o.tasks[0]); }),
            "tasks: the name 't' is used twice");
  EXPECT_EQ(error([](auto& o) { o.models[0].slots = {4}; }),
            "models[0].slots: slot 4 does not exist; slots are 0 to 0");
  EXPECT_EQ(error([](auto& o) { o.models.clear(); }), "models: at least one is needed");
}

}  // namespace
}  // namespace sluice::schedule
