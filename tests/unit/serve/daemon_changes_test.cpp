// How a daemon changes while it works.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon_helpers.hpp"

namespace sluice::serve {
namespace {

using namespace doubles;
using namespace std::chrono_literals;  // NOLINT: test code
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Plan plan_with(const std::vector<std::string>& names, base::Duration base = 10us) {
  Plan plan = small_plan();
  for (const std::string& name : names) plan.models.push_back(synthetic(name, base));
  return plan;
}

PlannedModel unloadable(const std::string& name) {
  PlannedModel planned = synthetic(name, 1us);
  planned.options.instances = 0;
  return planned;
}

/// Sources that say what happens to them.
class FakeSources final : public Sources {
 public:
  explicit FakeSources(std::vector<std::string>& log) : log_(log) { log_.emplace_back("open"); }
  ~FakeSources() override { log_.emplace_back("end"); }
  FakeSources(const FakeSources&) = delete;
  FakeSources& operator=(const FakeSources&) = delete;
  void start(runtime::Engine& engine) override {
    EXPECT_EQ(engine.accounting().offered, 0U);
    log_.emplace_back("start");
  }

 private:
  std::vector<std::string>& log_;
};

TEST(DaemonChangesTest, AReloadUnderLoadLosesNothing) {
  Rig rig(plan_with({"a", "b"}));
  rig.start();
  std::atomic<bool> stop = false;
  std::atomic<int> sent = 0;
  std::atomic<int> answered = 0;
  std::atomic<int> refused = 0;
  const auto send = [&](const char* model) {
    while (!stop) {
      ++sent;
      std::vector<std::future<InferReply>> some;
      some.push_back(rig.submit(request_for(model)));
      for (int i = 0; i < 7; ++i, ++sent) some.push_back(rig.submit(request_for(model)));
      for (auto& future : some) {
        const InferReply reply = future.get();
        ++(reply.status == Status::ok ? answered : refused);
      }
    }
  };
  std::thread first(send, "a");
  std::thread second(send, "b");
  for (int i = 0; i < 10; ++i) {
    rig.plan->scheduler.slots = 1 + static_cast<std::uint32_t>(i % 2);
    EXPECT_TRUE(rig.reload());
    EXPECT_TRUE(rig.load("a"));
  }
  stop = true;
  first.join();
  second.join();
  EXPECT_EQ(answered, sent);
  EXPECT_EQ(refused, 0);
  EXPECT_EQ(rig.observer.generations, 21U);
}

TEST(DaemonChangesTest, ModelsThatDidNotChangeAreShared) {
  Plan plan = plan_with({"a", "b"});
  std::vector<std::vector<std::shared_ptr<model::Model>>> seen;
  plan.open_sources = [&](schedule::SchedulerOptions& scheduler,
                          const std::vector<std::shared_ptr<model::Model>>& models)
      -> base::Result<std::unique_ptr<Sources>> {
    EXPECT_EQ(scheduler.models.size(), models.size());
    seen.push_back(models);
    return nullptr;
  };
  Rig rig(plan);
  rig.start();
  rig.plan->models[1].options.synthetic.service.base = 20us;
  EXPECT_TRUE(rig.reload());
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0][0], seen[1][0]);
  EXPECT_NE(seen[0][1], seen[1][1]);
}

TEST(DaemonChangesTest, ARejectedPlanLeavesTheOldInForce) {
  Rig rig(plan_with({"a"}));
  rig.start();
  const auto check = [&](const char* why) {
    const auto reloaded = rig.reload();
    ASSERT_FALSE(reloaded) << why;
    EXPECT_THAT(reloaded.error().message, HasSubstr(why));
    EXPECT_EQ(rig.daemon->configuration().at("generation"), 1);
    EXPECT_THAT(std::string(rig.daemon->configuration().at("error").as_string()), HasSubstr(why));
    EXPECT_EQ(rig.infer(request_for("a")).status, Status::ok);
    EXPECT_TRUE(rig.daemon->ready()) << rig.daemon->not_ready_reason();
  };
  rig.plan = base::fail(base::ErrorCode::invalid, "line 3: nonsense");
  check("line 3: nonsense");
  rig.plan = plan_with({"a"});
  rig.plan->models.push_back(unloadable("b"));
  check("instances is 0");
  rig.plan = plan_with({"a"});
  rig.plan->default_task.latency_budget = 0ns;
  check("latency_budget");
  rig.plan = plan_with({"a"});
  rig.plan->open_sources = [](auto&, const auto&) -> base::Result<std::unique_ptr<Sources>> {
    return base::fail(base::ErrorCode::io, "the camera is gone");
  };
  check("the camera is gone");
  rig.plan = plan_with({"a", "b"});
  EXPECT_TRUE(rig.reload());
  EXPECT_EQ(rig.daemon->configuration().at("error"), "");
  EXPECT_EQ(rig.infer(request_for("b")).status, Status::ok);
}

TEST(DaemonChangesTest, AReloadTakesTheJournalOver) {
  const Folder folder;
  Plan plan = plan_with({"a"});
  plan.journal.path = folder.path("journal");
  plan.journal.keep_files = 0;
  Rig rig(plan);
  rig.start();
  EXPECT_EQ(rig.infer(request_for("a")).status, Status::ok);
  const auto reloaded = rig.reload();
  EXPECT_TRUE(reloaded) << reloaded.error().message;
}

TEST(DaemonChangesTest, AModelThatFailsAtTheStartDoesNotStopTheOthers) {
  Plan plan = plan_with({"a"});
  plan.models.push_back(unloadable("b"));
  Rig rig(plan);
  rig.start();
  EXPECT_EQ(rig.infer(request_for("a")).status, Status::ok);
  EXPECT_EQ(rig.state_of("b", "1"), "UNAVAILABLE");
  EXPECT_THAT(rig.reason_of("b", "1"), HasSubstr("instances is 0"));
  EXPECT_FALSE(rig.daemon->ready());
  EXPECT_THAT(rig.daemon->not_ready_reason(), HasSubstr("'b' version 1: "));
  const InferReply reply = rig.infer(request_for("b"));
  EXPECT_EQ(reply.status, Status::unavailable);
  EXPECT_EQ(reply.refusal.reason, "not_ready");
  // It was missing before, so that it still is does not stop a reload.
  EXPECT_TRUE(rig.reload());
  rig.plan = plan_with({"a", "b"});
  EXPECT_TRUE(rig.reload());
  EXPECT_TRUE(rig.daemon->ready());
}

TEST(DaemonChangesTest, UnloadingLetsWhatIsQueuedFinish) {
  Rig rig(plan_with({"a", "b"}, 2ms));
  rig.start();
  std::vector<std::future<InferReply>> replies;
  for (int i = 0; i < 5; ++i) replies.push_back(rig.submit(request_for("a")));
  EXPECT_TRUE(rig.unload("a"));
  for (auto& reply : replies) EXPECT_EQ(reply.get().status, Status::ok);
  EXPECT_EQ(rig.infer(request_for("a")).status, Status::unavailable);
  EXPECT_EQ(rig.infer(request_for("b")).status, Status::ok);
  EXPECT_TRUE(rig.daemon->ready()) << "nobody wants it";
  EXPECT_TRUE(rig.load("a"));
  EXPECT_EQ(rig.infer(request_for("a")).status, Status::ok);
  EXPECT_EQ(rig.unload("c").error().code, base::ErrorCode::not_found);
  EXPECT_EQ(rig.load("c").error().code, base::ErrorCode::not_found);
}

TEST(DaemonChangesTest, TheLastModelCanGo) {
  Rig rig(plan_with({"a"}));
  rig.start();
  EXPECT_TRUE(rig.unload("a"));
  EXPECT_TRUE(rig.unload("a"));
  EXPECT_EQ(rig.infer(request_for("a")).status, Status::unavailable);
  EXPECT_EQ(rig.state_of("a", "1").substr(0, 2), "UN");
  EXPECT_TRUE(rig.load("a"));
  EXPECT_EQ(rig.infer(request_for("a")).status, Status::ok);
}

TEST(DaemonChangesTest, ADaemonWithoutModelsIsReady) {
  Rig rig(plan_with({}));
  rig.start();
  EXPECT_TRUE(rig.daemon->ready()) << rig.daemon->not_ready_reason();
  EXPECT_EQ(rig.infer(request_for("a")).status, Status::not_found);
}

TEST(DaemonChangesTest, TheRealObserverBearsAllOfIt) {
  const base::SteadyClock clock;
  const auto observer = Observer::create({}, clock);
  Plan plan = plan_with({});
  DaemonHooks hooks;
  hooks.read_plan = [&] { return plan; };
  auto daemon = std::move(Daemon::create(std::move(hooks), clock, *observer).value());
  const auto wait = [&] {
    std::promise<void> done;
    daemon->reload([&](const base::Status& status) {
      EXPECT_TRUE(status) << status.error().message;
      done.set_value();
    });
    done.get_future().wait();
  };
  daemon->start();
  wait();
  EXPECT_TRUE(daemon->live_view().at("ready").as_bool());
  plan = plan_with({"a"});
  wait();
  std::promise<InferReply> reply;
  daemon->infer(request_for("a"), [&](InferReply got) { reply.set_value(std::move(got)); });
  const std::string decision = reply.get_future().get().decision;
  EXPECT_EQ(decision, "3-1");
  EXPECT_EQ(daemon->live_view().at("tasks").as_array().size(), 1U);
  const auto story = daemon->explain(decision);
  EXPECT_TRUE(story) << story.error().message;
  EXPECT_EQ(daemon->statistics("a", "").value().at(0).inferences, 1U);
  EXPECT_THAT(daemon->metrics(), HasSubstr("# TYPE"));
}

TEST(DaemonChangesTest, SourcesStartInForceAndEndWithTheirGeneration) {
  std::vector<std::string> log;
  Plan plan = plan_with({"a"});
  plan.open_sources = [&](schedule::SchedulerOptions& scheduler,
                          const auto&) -> base::Result<std::unique_ptr<Sources>> {
    scheduler.tasks[0].period = 10ms;
    return std::make_unique<FakeSources>(log);
  };
  Rig rig(plan);
  rig.start();
  EXPECT_THAT(log, ElementsAre("open", "start"));
  EXPECT_TRUE(rig.reload());
  EXPECT_THAT(log, ElementsAre("open", "start", "open", "start", "end"));
  rig.daemon->drain(1h);
  EXPECT_THAT(log, ElementsAre("open", "start", "open", "start", "end", "end"));
}

TEST(DaemonChangesTest, TheMonitorFeedsTheObserver) {
  Plan plan = plan_with({"a"});
  plan.watcher.interval = 1ms;
  Rig rig(plan);
  rig.start();
  while (rig.observer.samples == 0) std::this_thread::yield();
  EXPECT_EQ(rig.infer(request_for("a")).status, Status::ok);
}

}  // namespace
}  // namespace sluice::serve
