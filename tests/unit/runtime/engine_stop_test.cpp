// How an engine ends: drain, stop, destruction, with and without instances that hang.
#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doubles.hpp"

namespace sluice::runtime {
namespace {

using namespace doubles;
using schedule::DropReason;
using schedule::Outcome;
using ::testing::HasSubstr;

/// Returns once drain() or stop() has closed the engine's intake. Submits until then: the test's
/// own requests are safe in a queue that drops the newest.
void await_closed_intake(Engine& engine) {
  while (engine.submit({}, input(0), Callback())) {
    std::this_thread::yield();
  }
}

TEST(EngineStop, DrainWithNothingToDoReturns) {
  Rig rig;
  rig.add(make_model("m", {doubled}));
  rig.start();
  rig.engine->drain(1h);
  rig.engine->drain(1h);
  const auto refused = rig.engine->submit({}, input(1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::unavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("shutting down"));
}

TEST(EngineStop, DrainWaitsForQueuedWork) {
  Rig rig;
  auto gate = std::make_shared<Gate>();
  rig.add(make_model("m", {behind(gate)}));
  rig.start();
  std::atomic<int> done = 0;
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(rig.engine->submit({}, input(1), [&](Response response) {
      EXPECT_EQ(response.outcome, Outcome::on_time);
      ++done;
    }));
  }
  std::thread opener([&] {
    gate->await(1);
    gate->open();
  });
  rig.engine->drain(1h);
  EXPECT_EQ(done, 5) << "every callback has run when drain() returns";
  EXPECT_EQ(rig.engine->accounting().on_time, 5U);
  opener.join();
}

TEST(EngineStop, AtTheEndOfTheGraceTimeTheRestIsDropped) {
  Rig rig;
  auto gate = std::make_shared<Gate>();
  rig.add(make_model("m", {behind(gate)})).on_full = schedule::OnFull::drop_newest;
  rig.start();
  auto running = rig.submit(1);
  gate->await(1);
  auto queued = rig.submit(2);
  std::thread drainer([&] { rig.engine->drain(100ms); });
  await_closed_intake(*rig.engine);
  rig.pass_time(100ms - 1ns);
  EXPECT_EQ(rig.engine->accounting().dropped[static_cast<std::size_t>(DropReason::shutdown)], 0U);
  rig.pass_time(1ns);
  EXPECT_EQ(queued.get().reason, DropReason::shutdown);
  gate->open();
  drainer.join();
  EXPECT_EQ(running.get().outcome, Outcome::on_time) << "what runs may end";
}

TEST(EngineStop, StopMakesDrainReturn) {
  Rig rig;
  auto gate = std::make_shared<Gate>();
  rig.add(make_model("m", {behind(gate)})).on_full = schedule::OnFull::drop_newest;
  rig.start();
  auto running = rig.submit(1);
  gate->await(1);
  auto queued = rig.submit(2);
  std::thread drainer([&] { rig.engine->drain(1h); });
  await_closed_intake(*rig.engine);
  rig.engine->stop();
  EXPECT_EQ(queued.get().reason, DropReason::shutdown);
  gate->open();
  drainer.join();
  running.get();
}

TEST(EngineStop, StopCancelsRunningBatches) {
  std::promise<void> entered;
  Rig rig;
  rig.add(make_model("m", {[&](Batch, backend::CancelToken& cancel) -> Results {
                       std::promise<void> told;
                       const std::stop_callback callback(cancel.token(),
                                                         [&told] { told.set_value(); });
                       entered.set_value();
                       told.get_future().wait();
                       return base::fail(base::ErrorCode::unavailable, "cancelled");
                     }}));
  rig.start();
  auto running = rig.submit(1);
  entered.get_future().wait();
  rig.engine->stop();
  EXPECT_EQ(running.get().outcome, Outcome::failed);
  rig.engine.reset();
  EXPECT_TRUE(rig.faults.all().empty()) << "doing as told is no fault";
}

TEST(EngineStop, AfterTheStopTimeoutHungBatchesAreAnswered) {
  Rig rig;
  rig.options.stop_timeout = 1ms;
  auto gate = std::make_shared<Gate>();
  rig.add(make_model("m", {behind(gate)}));
  rig.start();
  auto running = rig.submit(1);
  gate->await(1);
  rig.engine->stop();
  EXPECT_EQ(rig.engine->accounting().running, 1U);
  rig.pass_time(1ms);
  const Response response = running.get();
  EXPECT_EQ(response.outcome, Outcome::failed);
  EXPECT_THAT(response.error, HasSubstr("stop_timeout"));
  gate->open();
}

TEST(EngineStop, TheDestructorLeavesAHungCallBehind) {
  auto gate = std::make_shared<Gate>();
  std::promise<void> freed;
  // Called when its last copy goes, which is the instance's.
  std::shared_ptr<void> alive(nullptr, [&freed](void*) { freed.set_value(); });
  std::future<Response> running;
  {
    const base::SteadyClock clock;
    Rig rig;
    rig.options.stop_timeout = 1ms;
    rig.add(make_model("m", {[gate, alive](Batch batch, backend::CancelToken& cancel) {
                         gate->pass();
                         return doubled(batch, cancel);
                       }}));
    alive.reset();
    auto engine = Engine::create(rig.options, std::move(rig.models), clock, rig.events);
    ASSERT_TRUE(engine) << engine.error().message;
    running = std::move(*(*engine)->submit({}, input(1)));
    gate->await(1);
  }
  EXPECT_EQ(running.get().outcome, Outcome::failed);
  gate->open();
  freed.get_future().wait();
}

TEST(EngineStop, TheDestructorAnswersWhatIsQueued) {
  Rig rig;
  auto gate = std::make_shared<Gate>();
  rig.add(make_model("m", {behind(gate)}));
  rig.start();
  auto running = rig.submit(1);
  gate->await(1);
  auto queued = rig.submit(2);
  std::thread opener([&] {
    EXPECT_EQ(queued.get().reason, DropReason::shutdown);
    gate->open();
  });
  rig.engine.reset();
  opener.join();
  EXPECT_EQ(running.get().outcome, Outcome::on_time);
}

}  // namespace
}  // namespace sluice::runtime
