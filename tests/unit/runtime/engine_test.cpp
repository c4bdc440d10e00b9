// An engine with healthy instances: what goes in comes out, on time lines that a test moves.
#include "runtime/engine.hpp"

#include <atomic>
#include <thread>

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

TEST(Engine, AnswersARequestWithTheModelsOutputs) {
  Rig rig;
  rig.add(make_model("m", {doubled}));
  rig.start();
  const Response response = rig.submit(21).get();
  EXPECT_EQ(response.outcome, Outcome::on_time);
  EXPECT_EQ(value_of(response.outputs), 42.0F);
  EXPECT_EQ(response.id, 1U);
  EXPECT_TRUE(response.error.empty());
}

TEST(Engine, TellsWhereTheTimeWent) {
  Rig rig;
  auto gate = std::make_shared<Gate>();
  rig.add(make_model("m", {[&rig, gate](Batch batch, backend::CancelToken& cancel) {
                       gate->pass();
                       rig.clock.advance(8ms);
                       return doubled(batch, cancel);
                     }}));
  rig.start();
  auto first = rig.submit(1);
  gate->await(1);
  auto second = rig.submit(2);
  rig.clock.advance(5ms);
  gate->open();
  EXPECT_EQ(first.get().service, 13ms);
  const Response response = second.get();
  EXPECT_EQ(response.queued, 13ms);
  EXPECT_EQ(response.service, 8ms);
  EXPECT_EQ(response.latency, 21ms);
}

TEST(Engine, CountsLatencyFromTheGivenArrival) {
  Rig rig;
  rig.add(make_model("m", {doubled})).latency_budget = 50ms;
  rig.start();
  schedule::Submission submission;
  submission.arrival = rig.clock.now() - 20ms;
  EXPECT_EQ(rig.engine->submit(submission, input(1))->get().latency, 20ms);
  submission.arrival = rig.clock.now() - 60ms;
  const Response late = rig.engine->submit(submission, input(1))->get();
  EXPECT_EQ(late.outcome, Outcome::dropped);
  EXPECT_EQ(late.reason, DropReason::expired);
}

TEST(Engine, ALateResultIsStillAResult) {
  Rig rig;
  rig.add(make_model("m", {[&rig](Batch batch, backend::CancelToken& cancel) {
                       rig.clock.advance(100ms);
                       return doubled(batch, cancel);
                     }}))
      .latency_budget = 50ms;
  rig.start();
  const Response response = rig.submit(3).get();
  EXPECT_EQ(response.outcome, Outcome::late);
  EXPECT_EQ(value_of(response.outputs), 6.0F);
}

TEST(Engine, GivesEachMemberOfABatchItsOwnOutputs) {
  Rig rig;
  auto gate = std::make_shared<Gate>();
  std::atomic<std::size_t> largest = 0;
  rig.add(make_model("m", {[&largest, gate](Batch batch, backend::CancelToken& cancel) {
                       gate->pass();
                       largest = std::max(largest.load(), batch.size());
                       return doubled(batch, cancel);
                     }},
                     4));
  rig.start();
  std::vector<std::future<Response>> responses;
  responses.push_back(rig.submit(0));
  gate->await(1);
  for (int i = 1; i < 5; ++i) {
    responses.push_back(rig.submit(static_cast<float>(i)));
  }
  gate->open();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(value_of(responses[static_cast<std::size_t>(i)].get().outputs),
              static_cast<float>(2 * i));
  }
  EXPECT_EQ(largest, 4U) << "the four that waited went together";
}

TEST(Engine, ExpiresARequestWhenItExpiresThoughEverySlotIsBusy) {
  Rig rig;
  auto gate = std::make_shared<Gate>();
  rig.add(make_model("m", {behind(gate)})).latency_budget = 80ms;
  rig.start();
  auto running = rig.submit(1);
  gate->await(1);
  auto queued = rig.submit(2);
  rig.pass_time(80ms - 1ns);
  EXPECT_EQ(rig.engine->accounting().queued, 1U);
  rig.pass_time(1ns);
  const Response response = queued.get();
  EXPECT_EQ(response.outcome, Outcome::dropped);
  EXPECT_EQ(response.reason, DropReason::expired);
  EXPECT_EQ(response.latency, 80ms);
  EXPECT_EQ(response.queued, 80ms);
  EXPECT_EQ(response.service, 0ms);
  rig.clock.advance(1ns);
  gate->open();
  EXPECT_EQ(running.get().outcome, Outcome::late);
}

TEST(Engine, StartsWhatASlotWaitedForOnPurpose) {
  Rig rig;
  rig.options.scheduler.policy = schedule::PolicyKind::fixed_batch;
  rig.options.scheduler.batch_delay = 5ms;
  rig.add(make_model("m", {doubled}, 4));
  rig.start();
  auto response = rig.submit(1);
  rig.pass_time(5ms - 1ns);
  EXPECT_EQ(rig.engine->accounting().queued, 1U) << "waits for its batch to fill";
  rig.pass_time(1ns);
  EXPECT_EQ(response.get().latency, 5ms);
}

TEST(Engine, RunsSlotsSideBySide) {
  Rig rig;
  rig.options.scheduler.slots = 2;
  auto gate = std::make_shared<Gate>();
  rig.add(make_model("a", {behind(gate)}));
  rig.add(make_model("b", {behind(gate)}));
  rig.start();
  auto a = rig.submit(1, 0);
  auto b = rig.submit(2, 1);
  gate->await(2);
  gate->open();
  EXPECT_EQ(value_of(a.get().outputs), 2.0F);
  EXPECT_EQ(value_of(b.get().outputs), 4.0F);
}

TEST(Engine, NeverRunsMoreBatchesThanInstances) {
  Rig rig;
  rig.options.scheduler.slots = 3;
  auto gate = std::make_shared<Gate>();
  rig.add(make_model("m", {behind(gate), behind(gate)}));
  rig.start();
  std::vector<std::future<Response>> responses;
  for (int i = 0; i < 6; ++i) {
    responses.push_back(rig.submit(1));
  }
  gate->await(2);
  EXPECT_EQ(rig.engine->accounting().running, 2U);
  EXPECT_EQ(rig.engine->accounting().queued, 4U);
  gate->open();
  for (auto& response : responses) {
    EXPECT_EQ(response.get().outcome, Outcome::on_time);
  }
}

TEST(Engine, CancelsWhatHasNotStarted) {
  Rig rig;
  auto gate = std::make_shared<Gate>();
  rig.add(make_model("m", {behind(gate)}));
  rig.start();
  auto running = rig.submit(1);
  gate->await(1);
  auto queued = rig.submit(2);
  EXPECT_TRUE(rig.engine->cancel(2));
  EXPECT_EQ(queued.get().reason, DropReason::cancelled);
  EXPECT_FALSE(rig.engine->cancel(2)) << "has ended";
  EXPECT_FALSE(rig.engine->cancel(1)) << "has started";
  EXPECT_FALSE(rig.engine->cancel(99)) << "never was";
  gate->open();
  EXPECT_EQ(running.get().outcome, Outcome::on_time);
}

TEST(Engine, DropCallbacksDoNotRunInsideTheCallThatCausedThem) {
  std::promise<std::thread::id> dropped_on;
  Rig rig;
  auto gate = std::make_shared<Gate>();
  rig.add(make_model("m", {behind(gate)})).queue_capacity = 1;
  rig.start();
  auto running = rig.submit(1);
  gate->await(1);
  ASSERT_TRUE(rig.engine->submit({}, input(2), [&](Response response) {
    EXPECT_EQ(response.reason, DropReason::queue_full_oldest);
    dropped_on.set_value(std::this_thread::get_id());
  }));
  auto last = rig.submit(3);
  EXPECT_NE(dropped_on.get_future().get(), std::this_thread::get_id());
  gate->open();
  EXPECT_EQ(value_of(last.get().outputs), 6.0F);
}

TEST(Engine, ACallbackMaySubmitCancelAndStop) {
  std::promise<Response> last;
  std::atomic<int> rounds = 0;
  Rig rig;
  rig.add(make_model("m", {doubled}));
  rig.start();
  Callback again = [&](Response response) {
    if (++rounds < 100) {
      EXPECT_TRUE(rig.engine->submit({}, {number("x", value_of(response.outputs) / 2)}, again));
      return;
    }
    EXPECT_FALSE(rig.engine->cancel(response.id));
    rig.engine->stop();
    last.set_value(std::move(response));
  };
  ASSERT_TRUE(rig.engine->submit({}, input(5), again));
  EXPECT_EQ(value_of(last.get_future().get().outputs), 10.0F);
  EXPECT_EQ(rounds, 100);
}

TEST(Engine, ACallbackThatThrowsHarmsNobody) {
  Rig rig;
  rig.add(make_model("m", {doubled}));
  rig.start();
  ASSERT_TRUE(rig.engine->submit({}, input(1), [](Response) { throw std::runtime_error("oops"); }));
  EXPECT_THAT(rig.faults.await_kind(FaultKind::callback_threw).message,
              AllOf(HasSubstr("request 1"), HasSubstr("oops")));
  EXPECT_EQ(value_of(rig.submit(2).get().outputs), 4.0F);
}

TEST(Engine, AnEmptyCallbackIsAllowed) {
  Rig rig;
  rig.add(make_model("m", {doubled}));
  rig.start();
  ASSERT_TRUE(rig.engine->submit({}, input(1), Callback()));
  rig.submit(2).get();
  EXPECT_EQ(rig.engine->accounting().on_time, 2U);
}

TEST(Engine, PassesEveryEventOnInOrder) {
  Rig rig;
  rig.add(make_model("m", {doubled}));
  rig.start();
  for (int i = 0; i < 10; ++i) {
    rig.submit(1).get();
  }
  rig.engine.reset();
  const auto events = rig.events.all();
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].seq, i + 1);
  }
  EXPECT_EQ(rig.events.count_of(EventKind::arrived), 10U);
  EXPECT_EQ(rig.events.count_of(EventKind::finished), 10U);
}

TEST(Engine, TellsTheSchedulerWhatWasLoaded) {
  Rig rig;
  rig.add(make_model("m", {doubled, doubled}, 4));
  rig.options.scheduler.slots = 2;
  rig.options.scheduler.models.resize(1);
  rig.options.scheduler.models[0].slots = {1};
  rig.start();
  EXPECT_EQ(rig.engine->model(0).options().name, "m");
  rig.submit(1).get();
  rig.events.await([](const schedule::Event& event) {
    return event.kind == EventKind::started && event.slot == 1;
  });
}

}  // namespace
}  // namespace sluice::runtime
