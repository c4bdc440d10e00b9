// The queue on a clock that the tests move.
#include "action/queue.hpp"

#include <atomic>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/action/action_folder.hpp"

namespace sluice::action {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

/// Does what a test says and notes the ids.
class ScriptedAction final : public Action {
 public:
  explicit ScriptedAction(std::vector<std::string>& acted,
                          std::function<base::Status(const Event&)> script = {},
                          bool repeats = true)
      : acted_(acted), script_(std::move(script)), repeats_(repeats) {}
  base::Status act(const Event& event) override {
    acted_.push_back(event.id);
    return script_ ? script_(event) : base::Status();
  }
  [[nodiscard]] bool repeatable() const override { return repeats_; }

 private:
  std::vector<std::string>& acted_;
  std::function<base::Status(const Event&)> script_;
  bool repeats_;
};

base::Status away() {
  return base::fail(base::ErrorCode::unavailable, "the broker is away");
}

class Queue : public testing::Test {
 protected:
  std::unique_ptr<ActionQueue> open(std::function<base::Status(const Event&)> script = {},
                                    QueueOptions options = {}) {
    std::vector<QueuedAction> actions;
    actions.push_back({"a", std::make_unique<ScriptedAction>(acted_, std::move(script)), options});
    actions.push_back({"b", std::make_unique<ScriptedAction>(other_), {}});
    auto queue = ActionQueue::open(
        folder_ / "queue.db", {.path = folder_ / "dead.ndjson"}, std::move(actions),
        [this](const Outcome& outcome) { outcomes_.push_back(outcome); });
    EXPECT_TRUE(queue) << queue.error().message;
    return queue ? std::move(*queue) : nullptr;
  }
  static void add(ActionQueue& queue, const std::string& id, WallTime now = wall(seconds(0)),
                  const std::vector<std::string>& names = {"a"}) {
    const auto ok = queue.enqueue(event_of(id), names, now);
    ASSERT_TRUE(ok) << ok.error().message;
  }
  /// Everything that can be done without waiting; when to come again.
  static WallTime work(ActionQueue& queue, WallTime now, std::size_t action = 0) {
    WallTime next = now;
    while (next <= now) next = queue.step(action, now);
    return next;
  }
  boost::json::object dead_letter(std::size_t index) {
    return boost::json::parse(lines_of(folder_ / "dead.ndjson").at(index)).as_object();
  }

  ActionFolder folder_;
  std::vector<std::string> acted_;
  std::vector<std::string> other_;
  std::vector<Outcome> outcomes_;
};

TEST_F(Queue, ActsInOrderForTheNamedActions) {
  auto queue = open();
  add(*queue, "1", wall(seconds(0)), {"a", "b"});
  add(*queue, "2", wall(seconds(0)), {"a"});
  add(*queue, "3", wall(seconds(0)), {});
  EXPECT_EQ(work(*queue, wall(seconds(1))), WallTime::max());
  EXPECT_THAT(acted_, ElementsAre("1", "2"));
  EXPECT_TRUE(other_.empty());
  EXPECT_EQ(queue->counters()[1].waiting, 1);
  EXPECT_EQ(work(*queue, wall(seconds(1)), 1), WallTime::max());
  EXPECT_THAT(other_, ElementsAre("1"));
  EXPECT_EQ(queue->counters()[0].done, 2u);
  EXPECT_EQ(queue->counters()[0].waiting, 0);
  ASSERT_EQ(outcomes_.size(), 3u);
  EXPECT_EQ(outcomes_[1].event_id, "2");
  EXPECT_EQ(outcomes_[1].error, "");
}

TEST_F(Queue, AnEventIsQueuedOnceForEachThingThatHappened) {
  auto queue = open();
  add(*queue, "1");
  add(*queue, "1");
  Event raised = event_of("1");
  raised.kind = "raised";
  ASSERT_TRUE(queue->enqueue(raised, std::vector<std::string>{"a"}, wall(seconds(0))));
  raised.kind = "cleared";
  ASSERT_TRUE(queue->enqueue(raised, std::vector<std::string>{"a"}, wall(seconds(0))));
  work(*queue, wall(seconds(0)));
  EXPECT_THAT(acted_, ElementsAre("1", "1", "1"));
}

TEST_F(Queue, WhatWaitsSurvivesARestart) {
  {
    auto queue = open();
    for (int i = 0; i < 5; ++i) add(*queue, std::to_string(i));
    EXPECT_EQ(queue->step(0, wall(seconds(0))), wall(seconds(0)));
  }
  auto queue = open();
  EXPECT_EQ(queue->counters()[0].waiting, 4);
  work(*queue, wall(seconds(0)));
  EXPECT_THAT(acted_, ElementsAre("0", "1", "2", "3", "4"));
}

TEST_F(Queue, TheEventArrivesAsItWas) {
  Event seen;
  auto queue = open([&seen](const Event& event) {
    seen = event;
    return base::Status();
  });
  Event event = event_of("1");
  event.station = std::string("a\0\"\\\xc3\xa9", 6);
  ASSERT_TRUE(queue->enqueue(event, std::vector<std::string>{"a"}, wall(seconds(0))));
  work(*queue, wall(seconds(0)));
  EXPECT_EQ(seen.id, event.id);
  EXPECT_EQ(seen.station, event.station);
  EXPECT_EQ(seen.time, event.time);
  EXPECT_EQ(seen.details, event.details);
}

// The caller's own transaction: with its rows, or not at all.
TEST_F(Queue, RowsBelongToTheCallersTransaction) {
  auto queue = open();
  auto database = store::Database::open(folder_ / "queue.db");
  ASSERT_TRUE(database);
  const std::vector<std::string> names{"a"};
  ASSERT_TRUE(database->run("BEGIN IMMEDIATE"));
  ASSERT_TRUE(add_to_queue(*database, event_of("lost"), names, wall(seconds(0))));
  ASSERT_TRUE(database->run("ROLLBACK"));
  ASSERT_TRUE(database->run("BEGIN IMMEDIATE"));
  ASSERT_TRUE(add_to_queue(*database, event_of("kept"), names, wall(seconds(0))));
  EXPECT_EQ(work(*queue, wall(seconds(0))), WallTime::max());
  ASSERT_TRUE(database->run("COMMIT"));
  work(*queue, wall(seconds(0)));
  EXPECT_THAT(acted_, ElementsAre("kept"));
}

TEST_F(Queue, RetriesWithGrowingDelaysAndKeepsTheOrder) {
  bool there = false;
  auto queue = open([&there](const Event&) { return there ? base::Status() : away(); });
  add(*queue, "1");
  add(*queue, "2");
  WallTime now = wall(seconds(0));
  milliseconds longest{0};
  for (int i = 0; i < 12; ++i) {
    const WallTime next = work(*queue, now);
    const auto full = std::min<milliseconds>(seconds(1 << i), minutes(5));
    EXPECT_GE(next - now, full / 2) << i;
    EXPECT_LE(next - now, full) << i;
    longest = std::max(longest, next - now);
    // Too early: nothing happens.
    EXPECT_EQ(queue->step(0, next - milliseconds(1)), next);
    now = next;
  }
  EXPECT_GT(longest, seconds(100));
  EXPECT_EQ(acted_, std::vector<std::string>(12, "1"));
  EXPECT_EQ(queue->counters()[0].last_error, "the broker is away");
  EXPECT_EQ(queue->counters()[0].waiting, 2);
  there = true;
  acted_.clear();
  work(*queue, now);
  EXPECT_THAT(acted_, ElementsAre("1", "2"));
  EXPECT_TRUE(lines_of(folder_ / "dead.ndjson").empty());
}

TEST_F(Queue, AClockThatIsSetBackDoesNotStopIt) {
  bool there = false;
  auto queue = open([&there](const Event&) { return there ? base::Status() : away(); });
  add(*queue, "1", wall(hours(10)));
  work(*queue, wall(hours(10)));
  there = true;
  work(*queue, wall(hours(1)));
  EXPECT_EQ(queue->counters()[0].done, 1u);
}

TEST_F(Queue, OtherErrorsMakeDeadLetters) {
  auto queue = open([](const Event& event) -> base::Status {
    if (event.id == "bad") return base::fail(base::ErrorCode::invalid, "status 404");
    return {};
  });
  add(*queue, "bad");
  add(*queue, "good");
  work(*queue, wall(seconds(0)));
  EXPECT_THAT(acted_, ElementsAre("bad", "good"));
  const auto letter = dead_letter(0);
  EXPECT_EQ(letter.at("action").as_string(), "a");
  EXPECT_EQ(letter.at("reason").as_string(), "status 404");
  EXPECT_EQ(letter.at("attempts").as_int64(), 1);
  EXPECT_EQ(letter.at("event").at("id").as_string(), "bad");
  EXPECT_EQ(letter.at("event").at("details"), boost::json::value(event_of("bad").details));
  EXPECT_EQ(queue->counters()[0].failed, 1u);
  EXPECT_EQ(outcomes_[0].error, "status 404");
}

TEST_F(Queue, GivesUpAfterTheAgeTheAttemptsOrTheCapacity) {
  auto queue = open([](const Event&) { return away(); },
                    {.retry = {}, .max_age = hours(1), .max_attempts = 3, .capacity = 2});
  add(*queue, "1");
  WallTime now = wall(seconds(0));
  for (int i = 0; i < 3; ++i) now = work(*queue, now);
  EXPECT_EQ(work(*queue, now), WallTime::max());
  EXPECT_THAT(std::string(dead_letter(0).at("reason").as_string()), HasSubstr("3 attempts"));

  add(*queue, "2", now);
  now = work(*queue, now);
  EXPECT_EQ(work(*queue, now + hours(2)), WallTime::max());
  EXPECT_THAT(std::string(dead_letter(1).at("reason").as_string()),
              HasSubstr("too old; last error: the broker is away"));

  for (const char* id : {"3", "4", "5"}) add(*queue, id, now);
  work(*queue, now);
  EXPECT_EQ(dead_letter(2).at("event").at("id").as_string(), "3");
  EXPECT_EQ(queue->counters()[0].waiting, 2);
  EXPECT_EQ(queue->counters()[0].failed, 3u);
}

// What cannot be written to the file of dead letters stays queued.
TEST_F(Queue, KeepsWhatItCannotBury) {
  std::vector<QueuedAction> actions;
  actions.push_back(
      {"a",
       std::make_unique<ScriptedAction>(
           acted_,
           [](const Event&) -> base::Status { return base::fail(base::ErrorCode::invalid, "no"); }),
       {}});
  auto queue = ActionQueue::open(folder_ / "queue.db", {.path = "/dev/full"}, std::move(actions));
  ASSERT_TRUE(queue);
  add(**queue, "1");
  EXPECT_GT((*queue)->step(0, wall(seconds(0))), wall(seconds(0)));
  EXPECT_EQ((*queue)->counters()[0].waiting, 1);
}

TEST_F(Queue, RefusesOptionsThatCannotBe) {
  std::vector<QueuedAction> twins;
  twins.push_back({"a", std::make_unique<ScriptedAction>(acted_), {}});
  twins.push_back({"a", std::make_unique<ScriptedAction>(acted_), {}});
  EXPECT_FALSE(ActionQueue::open(folder_ / "q.db", {.path = folder_ / "d"}, std::move(twins)));
  EXPECT_TRUE(check(QueueOptions{}));
  EXPECT_FALSE(check(QueueOptions{.retry = {seconds(2), seconds(1)}}));
  EXPECT_FALSE(check(QueueOptions{.retry = {}, .max_age = seconds(0)}));
  EXPECT_FALSE(check(QueueOptions{.retry = {}, .max_attempts = -1}));
  EXPECT_FALSE(check(QueueOptions{.retry = {}, .capacity = 0}));
  EXPECT_FALSE(ActionQueue::open(folder_ / "no/such/folder/q.db", {.path = folder_ / "d"}, {}));
}

// The threads, with events from several sides.
TEST_F(Queue, ThreadsDoWhatIsQueued) {
  constexpr int kEach = 50;
  std::atomic<int> left = 2 * kEach;
  std::condition_variable done;
  std::mutex mutex;
  auto queue = open([&](const Event&) {
    const std::lock_guard lock(mutex);
    --left;
    done.notify_all();
    return base::Status();
  });
  queue->start(
      [] { return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now()); });
  const auto now = std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
  std::vector<std::thread> threads;
  for (const char* name : {"x", "y"}) {
    threads.emplace_back([&queue, name, now] {
      for (int i = 0; i < kEach; ++i) add(*queue, name + std::to_string(i), now);
    });
  }
  for (auto& thread : threads) thread.join();
  std::unique_lock lock(mutex);
  EXPECT_TRUE(done.wait_for(lock, seconds(30), [&left] { return left == 0; }));
}

TEST_F(Queue, LeavesWhatWaitsToTheNextOneOnceItIsStopped) {
  const auto now = wall(seconds(0));
  auto queue = open();
  queue->start([now] { return now; });
  queue->stop();
  add(*queue, "1", now);
  const auto next = open();
  work(*next, now);
  EXPECT_THAT(acted_, ElementsAre("1"));
  EXPECT_EQ(queue->counters()[0].done, 0u);
  queue->stop();  // again
}

}  // namespace
}  // namespace sluice::action
