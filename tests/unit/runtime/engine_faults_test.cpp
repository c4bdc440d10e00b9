// Instances that fail, throw, lie and hang, and how an engine gets over it.
#include <atomic>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doubles.hpp"

namespace sluice::runtime {
namespace {

using namespace doubles;
using schedule::DropReason;
using schedule::EventKind;
using schedule::Outcome;
using ::testing::HasSubstr;

/// Does as `*broken_now` says.
Behaviour sometimes_broken(std::shared_ptr<std::atomic<bool>> broken_now) {
  return [broken_now](Batch batch, backend::CancelToken& cancel) {
    return broken_now->load() ? broken(batch, cancel) : doubled(batch, cancel);
  };
}

TEST(EngineFaults, AFailedBatchFailsItsOwnRequestsOnly) {
  Rig rig;
  rig.add(make_model("bad", {broken}));
  rig.add(make_model("good", {doubled}));
  rig.start();
  auto bad = rig.submit(1, 0);
  auto good = rig.submit(2, 1);
  const Response response = bad.get();
  EXPECT_EQ(response.outcome, Outcome::failed);
  EXPECT_THAT(response.error, HasSubstr("on fire"));
  EXPECT_TRUE(response.outputs.empty());
  EXPECT_EQ(good.get().outcome, Outcome::on_time);
  const Fault fault = rig.faults.await_kind(FaultKind::batch_failed);
  EXPECT_THAT(fault.message, AllOf(HasSubstr("'bad'"), HasSubstr("on fire")));
  EXPECT_EQ(fault.model, 0U);
}

TEST(EngineFaults, OfABatchOnlyTheGuiltyFailAndTheInstanceStays) {
  Rig rig;
  rig.options.quarantine_after = 1;
  auto gate = std::make_shared<Gate>();
  rig.add(make_model("m", {[gate](Batch batch, backend::CancelToken& cancel) {
                       gate->pass();
                       const bool guilty = std::ranges::any_of(
                           batch, [](const auto& inputs) { return value_of(inputs) == 2.0F; });
                       return guilty ? broken(batch, cancel) : doubled(batch, cancel);
                     }},
                     3));
  rig.start();
  std::vector<std::future<Response>> responses;
  responses.push_back(rig.submit(0));
  gate->await(1);
  for (const float value : {1.0F, 2.0F, 3.0F}) responses.push_back(rig.submit(value));
  gate->open();
  EXPECT_EQ(value_of(responses[1].get().outputs), 2.0F);
  const Response guilty = responses[2].get();
  EXPECT_EQ(guilty.outcome, Outcome::failed);
  EXPECT_THAT(guilty.error, HasSubstr("on fire"));
  EXPECT_EQ(value_of(responses[3].get().outputs), 6.0F);
  const Fault fault = rig.faults.await_kind(FaultKind::batch_failed);
  EXPECT_THAT(fault.message, HasSubstr("by themselves 1 of its requests"));
  EXPECT_EQ(rig.engine->in_service(0), 1U);
  EXPECT_EQ(rig.engine->accounting().failed, 1U);
}

TEST(EngineFaults, AThrowingOrLyingInstanceFailsItsRequests) {
  Rig rig;
  rig.add(make_model("throws", {[](Batch, backend::CancelToken&) -> Results {
                       throw std::runtime_error("out of cheese");
                     }}));
  rig.add(make_model("lies", {[](Batch, backend::CancelToken&) -> Results {
                       return std::vector<backend::Tensors>(17);
                     }}));
  rig.start();
  EXPECT_THAT(rig.submit(1, 0).get().error, HasSubstr("out of cheese"));
  EXPECT_THAT(rig.submit(1, 1).get().error, HasSubstr("17 results for a batch of 1"));
}

TEST(EngineFaults, QuarantinesAfterFailuresInARowAndProbesBackToLife) {
  Rig rig;
  rig.options.quarantine_after = 2;
  rig.options.probe_after = 1s;
  auto broken_now = std::make_shared<std::atomic<bool>>(true);
  rig.add(make_model("m", {sometimes_broken(broken_now)}));
  rig.start();
  EXPECT_EQ(rig.submit(1).get().outcome, Outcome::failed);
  EXPECT_EQ(rig.submit(1).get().outcome, Outcome::failed);
  rig.faults.await_kind(FaultKind::quarantined);
  EXPECT_EQ(rig.submit(1).get().reason, DropReason::quarantined);

  rig.pass_time(1s);
  rig.faults.await_kind(FaultKind::probe_failed);
  EXPECT_EQ(rig.submit(1).get().reason, DropReason::quarantined);

  *broken_now = false;
  rig.pass_time(2s - 1ns);
  EXPECT_EQ(rig.submit(1).get().reason, DropReason::quarantined) << "back-off has doubled";
  rig.pass_time(1ns);
  rig.faults.await_kind(FaultKind::recovered);
  EXPECT_EQ(rig.submit(3).get().outcome, Outcome::on_time);
  EXPECT_EQ(rig.events.count_of(EventKind::slot_down), 1U);
  EXPECT_EQ(rig.events.count_of(EventKind::slot_up), 1U);
}

TEST(EngineFaults, OtherInstancesCarryOn) {
  for (const schedule::SlotId slots : {1U, 2U, 4U}) {
    Rig rig;
    rig.options.scheduler.slots = slots;
    rig.options.quarantine_after = 1;
    rig.add(make_model("m", {broken, doubled})).queue_capacity = 100;
    rig.start();
    std::vector<std::future<Response>> responses;
    for (int i = 0; i < 50; ++i) {
      responses.push_back(rig.submit(1));
    }
    std::size_t failed = 0;
    for (auto& response : responses) {
      const Response got = response.get();
      failed += got.outcome == Outcome::failed ? 1U : 0U;
      EXPECT_THAT(got.error, Not(HasSubstr("no instance"))) << slots << " slots";
    }
    EXPECT_EQ(failed, 1U) << slots << " slots";
    EXPECT_EQ(rig.engine->accounting().on_time, 49U);
  }
}

TEST(EngineFaults, AHungBatchIsAnsweredAtItsTimeAndTheSlotGoesOn) {
  Rig rig;
  rig.options.hang_timeout = 10s;
  rig.options.probe_after = 1s;
  auto gate = std::make_shared<Gate>();
  rig.add(make_model("hangs", {behind(gate)}));
  rig.add(make_model("fine", {doubled}));
  rig.start();
  auto hung = rig.submit(1, 0);
  gate->await(1);
  auto waiting = rig.submit(2, 1);
  rig.pass_time(10s - 1ns);
  EXPECT_EQ(rig.engine->accounting().running, 1U);
  rig.pass_time(1ns);
  const Response response = hung.get();
  EXPECT_EQ(response.outcome, Outcome::failed);
  EXPECT_THAT(response.error, AllOf(HasSubstr("'hangs'"), HasSubstr("hang_timeout")));
  EXPECT_EQ(response.service, 10s);
  EXPECT_EQ(waiting.get().outcome, Outcome::on_time) << "the same slot, a new thread";
  EXPECT_EQ(rig.submit(1, 0).get().reason, DropReason::quarantined);
  EXPECT_EQ(rig.engine->accounting().failed, 1U);

  gate->open();
  rig.faults.await_kind(FaultKind::call_returned);
  rig.pass_time(1s);
  rig.faults.await_kind(FaultKind::recovered);
  EXPECT_EQ(rig.submit(4, 0).get().outcome, Outcome::on_time);
}

TEST(EngineFaults, AHungBatchIsCancelled) {
  std::promise<void> entered;
  Rig rig;
  rig.options.hang_timeout = 10s;
  rig.add(make_model(
      "m", {[&entered, first = true](Batch batch, backend::CancelToken& cancel) mutable {
        if (std::exchange(first, false)) {
          std::promise<void> told;
          const std::stop_callback callback(cancel.token(), [&told] { told.set_value(); });
          entered.set_value();
          told.get_future().wait();
        }
        return doubled(batch, cancel);
      }}));
  rig.start();
  auto hung = rig.submit(1);
  entered.get_future().wait();
  rig.pass_time(10s);
  EXPECT_EQ(hung.get().outcome, Outcome::failed);
  rig.faults.await_kind(FaultKind::call_returned);
}

TEST(EngineFaults, AHungProbeBlocksNothing) {
  Rig rig;
  rig.options.quarantine_after = 1;
  rig.options.hang_timeout = 10s;
  rig.options.probe_after = 1s;
  auto gate = std::make_shared<Gate>();
  rig.add(make_model("m", {[gate, calls = 0](Batch batch, backend::CancelToken& cancel) mutable {
                       if (++calls == 1) {
                         return broken(batch, cancel);
                       }
                       gate->pass();
                       return doubled(batch, cancel);
                     }}));
  rig.add(make_model("fine", {doubled}));
  rig.start();
  EXPECT_EQ(rig.submit(1, 0).get().outcome, Outcome::failed);
  rig.faults.await_kind(FaultKind::quarantined);
  rig.pass_time(1s);
  gate->await(1);
  EXPECT_EQ(rig.submit(2, 1).get().outcome, Outcome::on_time);
  rig.pass_time(10s);
  EXPECT_THAT(rig.faults.await_kind(FaultKind::probe_failed).message, HasSubstr("hangs"));
  EXPECT_EQ(rig.submit(2, 1).get().outcome, Outcome::on_time);
  gate->open();
  rig.faults.await_kind(FaultKind::call_returned);
  EXPECT_EQ(rig.submit(3, 0).get().reason, DropReason::quarantined)
      << "a probe that passes too late has failed";
  rig.pass_time(2s);
  rig.faults.await_kind(FaultKind::recovered);
  EXPECT_EQ(rig.submit(3, 0).get().outcome, Outcome::on_time);
}

TEST(EngineFaults, AnInstanceThatNeverReturnsIsReplaced) {
  Rig rig;
  rig.options.hang_timeout = 10s;
  rig.options.probe_after = 1s;
  auto gate = std::make_shared<Gate>();
  rig.add(make_model("m", {behind(gate)}, 1, std::make_unique<FakeBackend>(doubled)));
  rig.start();
  auto hung = rig.submit(1);
  gate->await(1);
  rig.pass_time(10s);
  EXPECT_EQ(hung.get().outcome, Outcome::failed);
  rig.pass_time(1s);
  rig.faults.await_kind(FaultKind::recovered);
  EXPECT_EQ(rig.submit(3).get().outcome, Outcome::on_time) << "the first copy still hangs";
  gate->open();
  rig.faults.await_kind(FaultKind::call_returned);
  EXPECT_EQ(rig.submit(3).get().outcome, Outcome::on_time);
}

TEST(EngineFaults, AFailedReplacementIsTriedAgain) {
  Rig rig;
  rig.options.hang_timeout = 10s;
  rig.options.probe_after = 1s;
  auto gate = std::make_shared<Gate>();
  auto broken_now = std::make_shared<std::atomic<bool>>(true);
  rig.add(make_model("m", {behind(gate)}, 1,
                     std::make_unique<FakeBackend>(sometimes_broken(broken_now))));
  rig.start();
  auto hung = rig.submit(1);
  gate->await(1);
  rig.pass_time(10s);
  rig.pass_time(1s);
  EXPECT_THAT(rig.faults.await_kind(FaultKind::probe_failed).message, HasSubstr("on fire"));
  *broken_now = false;
  rig.pass_time(2s);
  rig.faults.await_kind(FaultKind::recovered);
  EXPECT_EQ(rig.submit(3).get().outcome, Outcome::on_time);
  gate->open();
  rig.faults.await_kind(FaultKind::call_returned);
}

TEST(EngineFaults, ABatchMayBeGivenUpBeforeItsThreadWakesForIt) {
  Rig rig;
  rig.options.hang_timeout = 1s;
  rig.add(make_model("m", {doubled}, 1, std::make_unique<FakeBackend>(doubled)));
  rig.start();
  constexpr int kRounds = 200;
  for (int i = 0; i < kRounds; ++i) {
    auto response = rig.submit(1);
    rig.pass_time(1s);  // nearly always before the thread wakes, and sometimes after it returned
    const Outcome outcome = response.get().outcome;
    EXPECT_NE(outcome, Outcome::late);
  }
  rig.engine->drain(1h);
  EXPECT_TRUE(rig.engine->accounting().holds());
  EXPECT_EQ(rig.engine->accounting().offered, static_cast<std::uint64_t>(kRounds));
}

TEST(EngineFaults, AHangDoesNotTeachTheEstimator) {
  Rig rig;
  rig.options.hang_timeout = 10s;
  auto gate = std::make_shared<Gate>();
  rig.add(make_model("m", {behind(gate), doubled}));
  rig.start();
  auto hung = rig.submit(1);
  gate->await(1);
  rig.pass_time(10s);
  EXPECT_EQ(hung.get().outcome, Outcome::failed);
  rig.submit(1).get();
  const auto batches = rig.events.all();
  for (const schedule::Event& event : batches) {
    if (event.kind == EventKind::batch_started && event.batch == 2) {
      EXPECT_LT(event.numbers.service, 10s);
    }
  }
  gate->open();
  rig.faults.await_kind(FaultKind::call_returned);
}

}  // namespace
}  // namespace sluice::runtime
