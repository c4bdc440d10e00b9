// What clients get from a daemon.
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon_helpers.hpp"

namespace sluice::serve {
namespace {

using namespace doubles;
using namespace std::chrono_literals;  // NOLINT: test code
using ::testing::HasSubstr;

/// Model "a" takes `base` per request.
Plan plan_with(base::Duration base) {
  Plan plan = small_plan();
  plan.models = {synthetic("a", base)};
  return plan;
}

TEST(DaemonInferTest, AnswersWithOutputsAndTheDecision) {
  Rig rig(plan_with(1us));
  rig.start();
  EXPECT_TRUE(rig.daemon->ready()) << rig.daemon->not_ready_reason();
  const InferReply reply = rig.infer(request_for("a"));
  EXPECT_EQ(reply.status, Status::ok) << reply.refusal.message;
  EXPECT_EQ(reply.model, "a");
  EXPECT_EQ(reply.version, "1");
  EXPECT_EQ(reply.id, "mine");
  EXPECT_EQ(reply.decision, "1-1");
  EXPECT_FALSE(reply.late);
  ASSERT_EQ(reply.outputs.size(), 1U);
  EXPECT_EQ(reply.outputs[0].name(), "y");
  EXPECT_GT(rig.observer.events, 0U);
}

TEST(DaemonInferTest, RefusesWhatItDoesNotHave) {
  Rig rig(plan_with(1us));
  const InferReply early = rig.infer(request_for("a"));
  EXPECT_EQ(early.status, Status::unavailable);
  EXPECT_EQ(early.refusal.reason, "not_ready");
  EXPECT_FALSE(rig.daemon->ready());
  rig.start();
  const InferReply unknown = rig.infer(request_for("b"));
  EXPECT_EQ(unknown.status, Status::not_found);
  EXPECT_EQ(unknown.id, "mine");
  EXPECT_THAT(unknown.refusal.message, HasSubstr("'b'"));
}

TEST(DaemonInferTest, RefusesOutputsThatItDoesNotHaveBeforeItRuns) {
  Rig rig(plan_with(1us));
  rig.start();
  InferRequest request = request_for("a");
  request.outputs = {{"y"}, {"nope"}};
  request.timeout = 0ns;  // which is no excuse
  const InferReply reply = rig.infer(std::move(request));
  EXPECT_EQ(reply.status, Status::invalid);
  EXPECT_THAT(reply.refusal.message, HasSubstr("'nope'"));
  EXPECT_EQ(reply.id, "mine");
  EXPECT_EQ(rig.observer.events, 0U);
}

TEST(DaemonInferTest, AFullQueueIsOverload) {
  Plan plan = plan_with(20ms);
  plan.tasks = {task_of("t", "a")};
  plan.tasks[0].options.queue_capacity = 1;
  plan.tasks[0].options.on_full = schedule::OnFull::drop_newest;
  Rig rig(plan);
  rig.start();
  std::vector<std::future<InferReply>> replies;
  for (int i = 0; i < 10; ++i) replies.push_back(rig.submit(request_for("a")));
  int refused = 0;
  for (auto& future : replies) {
    const InferReply reply = future.get();
    if (reply.status == Status::ok) continue;
    ++refused;
    EXPECT_EQ(reply.status, Status::overloaded);
    EXPECT_EQ(reply.refusal.reason, "queue_full_newest");
    EXPECT_EQ(reply.refusal.decision, reply.decision);
    EXPECT_THAT(reply.decision, testing::StartsWith("1-"));
    EXPECT_GE(reply.refusal.retry_after, 1ms);
    EXPECT_THAT(reply.refusal.message, HasSubstr("'t' is full"));
    ASSERT_TRUE(reply.refusal.numbers);
    EXPECT_EQ(reply.refusal.numbers->queued, 1U);
  }
  EXPECT_GE(refused, 7);
}

TEST(DaemonInferTest, WithoutTimeLeftTheDeadlineIsExceeded) {
  Rig rig(plan_with(1us));
  rig.start();
  InferRequest request = request_for("a");
  request.timeout = 0ns;
  const InferReply reply = rig.infer(std::move(request));
  EXPECT_EQ(reply.status, Status::deadline_exceeded);
  EXPECT_EQ(reply.refusal.reason, "expired");
  EXPECT_EQ(reply.refusal.retry_after, 0ns);
}

TEST(DaemonInferTest, ATimeoutOnlyShortens) {
  Plan plan = plan_with(20ms);
  plan.default_task.latency_budget = 1ms;
  Rig rig(plan);
  rig.start();
  InferRequest request = request_for("a");
  request.timeout = 1h;
  const InferReply reply = rig.infer(std::move(request));
  EXPECT_TRUE(reply.late || reply.status == Status::deadline_exceeded);
}

TEST(DaemonInferTest, CancelsWhatIsQueued) {
  Rig rig(plan_with(20ms));
  rig.start();
  auto running = rig.submit(request_for("a"));
  InferHandle handle;
  auto queued = rig.submit(request_for("a"), &handle);
  handle.cancel();
  const InferReply reply = queued.get();
  EXPECT_EQ(reply.status, Status::cancelled);
  EXPECT_EQ(reply.refusal.reason, "cancelled");
  EXPECT_EQ(running.get().status, Status::ok);
  rig.daemon.reset();
  handle.cancel();  // it may outlive the service
}

TEST(DaemonInferTest, AFailureIsInternal) {
  Plan plan = plan_with(1us);
  plan.models[0].options.synthetic.failure_rate = 1;
  plan.engine.quarantine_after = 1;
  plan.engine.probe_after = 1h;
  Rig rig(plan);
  rig.start();
  const InferReply reply = rig.infer(request_for("a"));
  EXPECT_EQ(reply.status, Status::internal);
  EXPECT_EQ(reply.refusal.reason, "backend_failed");

  const InferReply quarantined = rig.infer(request_for("a"));
  EXPECT_EQ(quarantined.status, Status::unavailable);
  EXPECT_EQ(quarantined.refusal.reason, "quarantined");
  EXPECT_GE(quarantined.refusal.retry_after, 1ms);
  EXPECT_EQ(rig.state_of("a", "1"), "UNAVAILABLE");
  EXPECT_FALSE(rig.daemon->ready());
  EXPECT_EQ(rig.daemon->model("a", "").error().code, base::ErrorCode::unavailable);
}

TEST(DaemonInferTest, APriorityLevelLowersAndNeverRaises) {
  Plan plan = plan_with(1us);
  plan.tasks = {task_of("t", "a")};
  plan.tasks[0].options.priority = 10;
  const Folder folder;
  plan.journal.path = folder.path("journal");
  Rig rig(plan);
  rig.start();
  for (const std::uint64_t level : {0ULL, 1ULL, 4ULL, ~0ULL}) {
    InferRequest request = request_for("a");
    request.priority = level;
    EXPECT_EQ(rig.infer(std::move(request)).status, Status::ok);
  }
  rig.daemon->drain(1h);
  std::ifstream file(plan.journal.path);
  const std::string journal{std::istreambuf_iterator<char>(file), {}};
  EXPECT_THAT(journal, HasSubstr("\"priority\":10"));
  EXPECT_THAT(journal, HasSubstr("\"priority\":7"));
  EXPECT_THAT(journal, HasSubstr("\"priority\":-2147483648"));
}

TEST(DaemonInferTest, KeepsTheTraceContextInTheJournal) {
  const Folder folder;
  Plan plan = plan_with(1us);
  plan.journal.path = folder.path("journal");
  Rig rig(plan);
  rig.start();
  InferRequest request = request_for("a");
  request.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  EXPECT_EQ(rig.infer(std::move(request)).status, Status::ok);
  rig.daemon->drain(1h);
  std::ifstream file(plan.journal.path);
  const std::string journal{std::istreambuf_iterator<char>(file), {}};
  EXPECT_THAT(journal, HasSubstr("trace 1-1 00-4bf92f3577b34da6a3ce929d0e0e4736"));
}

TEST(DaemonInferTest, DrainingAnswersWhatWasTakenAndRefusesTheRest) {
  Rig rig(plan_with(2ms));
  rig.start();
  std::vector<std::future<InferReply>> replies;
  for (int i = 0; i < 5; ++i) replies.push_back(rig.submit(request_for("a")));
  rig.daemon->drain(1h);
  for (auto& reply : replies) EXPECT_EQ(reply.get().status, Status::ok);
  EXPECT_FALSE(rig.daemon->ready());
  EXPECT_TRUE(rig.daemon->live());
  const InferReply late = rig.infer(request_for("a"));
  EXPECT_EQ(late.status, Status::unavailable);
  EXPECT_EQ(late.refusal.reason, "draining");
  const auto refused = rig.load("a");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::unavailable);
}

TEST(DaemonInferTest, ADrainWithoutGraceDropsWhatIsQueued) {
  Rig rig(plan_with(20ms));
  rig.start();
  std::vector<std::future<InferReply>> replies;
  for (int i = 0; i < 20; ++i) replies.push_back(rig.submit(request_for("a")));
  rig.daemon->drain(0ns);
  const InferReply last = replies.back().get();
  EXPECT_EQ(last.status, Status::unavailable);
  EXPECT_EQ(last.refusal.reason, "shutdown");
}

TEST(DaemonInferTest, DescribesItself) {
  Plan plan = plan_with(1us);
  plan.tasks = {task_of("t", "a"), task_of("u", "a")};
  plan.models[0].labels["y"] = {"cat"};
  plan.configuration = {{"node", "n"}};
  Rig rig(plan);
  rig.start();
  const auto described = rig.daemon->model("t", "");
  ASSERT_TRUE(described) << described.error().message;
  EXPECT_EQ(described->name, "a");
  EXPECT_EQ(described->platform, "sluice_synthetic");
  EXPECT_THAT(described->versions, testing::ElementsAre("1"));
  EXPECT_THAT(described->tasks, testing::ElementsAre("t", "u"));
  EXPECT_EQ(described->labels.at("y").at(0), "cat");
  EXPECT_EQ(rig.daemon->statistics("a", "").value().size(), 1U);
  EXPECT_EQ(rig.daemon->statistics("b", "").error().code, base::ErrorCode::not_found);
  EXPECT_EQ(rig.daemon->metrics(), "generation 1 models 1");
  EXPECT_EQ(rig.daemon->configuration().at("generation"), 1);
  EXPECT_EQ(rig.daemon->configuration().at("configuration").at("node"), "n");
  EXPECT_EQ(rig.daemon->what_if({{"policy", "edf"}, {"set", {"slots=7"}}}).value(),
            (boost::json::object{{"policy", "edf"}, {"slots", 7}}));
  EXPECT_FALSE(rig.daemon->what_if({{"policy", "best"}}));
  EXPECT_FALSE(rig.daemon->what_if({{"set", {"slots=8"}}}));
  EXPECT_FALSE(rig.daemon->what_if({{"set", "slots=7"}}));
}

}  // namespace
}  // namespace sluice::serve
