#include "station/trigger_queue.hpp"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/station/station_helpers.hpp"

namespace sluice::station {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// The id of the next trigger of the station; empty: there is none.
std::string claimed(TriggerQueue& queue, const std::string& station = "line") {
  const auto found = queue.claim(station);
  EXPECT_TRUE(found) << found.error().message;
  return found && *found ? (*found)->id : std::string();
}

TEST(TriggerQueue, GivesTriggersInTheirOrderAndEachOnce) {
  const StationFolder folder;
  const auto queue = open_queue(folder);
  for (const auto* id : {"c", "a", "b"}) ASSERT_TRUE(queue->accept(trigger_of(id), 10));
  EXPECT_EQ(claimed(*queue), "c");
  EXPECT_EQ(claimed(*queue), "a");
  EXPECT_EQ(claimed(*queue), "b");
  EXPECT_EQ(claimed(*queue), "");
  EXPECT_EQ(queue->size("line"), 3u);
}

TEST(TriggerQueue, KeepsWhatATriggerSays) {
  const StationFolder folder;
  const auto queue = open_queue(folder);
  const auto given = trigger_of("x", "mqtt");
  ASSERT_TRUE(queue->accept(given, 10));
  const auto found = queue->claim("line");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->trigger, given.trigger);
  EXPECT_EQ((*found)->received, given.received);
  EXPECT_EQ((*found)->configuration, "digest");
  EXPECT_EQ((*found)->attempts, 1);
  EXPECT_THAT((*found)->progress, IsEmpty());
}

// As the queue of actions does, whose tables are in the same file.
TEST(TriggerQueue, GoesOnWhileAnotherConnectionWrites) {
  const StationFolder folder;
  const auto queue = open_queue(folder);
  ASSERT_TRUE(queue->accept(trigger_of("l"), 1));
  auto other = store::Database::open(queue->file());
  ASSERT_TRUE(other) << other.error().message;
  ASSERT_TRUE(other->run("PRAGMA synchronous = OFF; CREATE TABLE others(n INTEGER)"));
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    while (!stop) EXPECT_TRUE(other->run("INSERT INTO others VALUES(1)"));
  });
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(claimed(*queue), "l");
    queue->release("l");
  }
  stop = true;
  writer.join();
}

TEST(TriggerQueue, KeepsStationsApart) {
  const StationFolder folder;
  const auto queue = open_queue(folder);
  auto other = trigger_of("o");
  other.station = "other";
  ASSERT_TRUE(queue->accept(trigger_of("l"), 1));
  ASSERT_TRUE(queue->accept(other, 1));
  EXPECT_EQ(claimed(*queue, "other"), "o");
  EXPECT_EQ(claimed(*queue, "other"), "");
  EXPECT_EQ(claimed(*queue, "line"), "l");
  EXPECT_THAT(queue->stations().value(), ElementsAre("line", "other"));
}

TEST(TriggerQueue, RefusesMoreThanMayWait) {
  const StationFolder folder;
  const auto queue = open_queue(folder);
  ASSERT_TRUE(queue->accept(trigger_of("a"), 2));
  ASSERT_TRUE(queue->accept(trigger_of("b"), 2));
  const auto refused = queue->accept(trigger_of("c"), 2);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::unavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("2 triggers of station line wait already"));
  ASSERT_EQ(claimed(*queue), "a");
  ASSERT_TRUE(queue->finish("a", {}));
  EXPECT_TRUE(queue->accept(trigger_of("c"), 2));
}

TEST(TriggerQueue, CountsHowOftenWorkBegan) {
  const StationFolder folder;
  auto queue = open_queue(folder);
  ASSERT_TRUE(queue->accept(trigger_of("a"), 2));
  ASSERT_EQ(claimed(*queue), "a");
  // Given back, it was no attempt.
  queue->release("a");
  EXPECT_EQ(queue->claim("line").value()->attempts, 1);
  queue.reset();
  queue = open_queue(folder);
  EXPECT_EQ(queue->claim("line").value()->attempts, 2);
}

TEST(TriggerQueue, EndsATriggerTogetherWithWhatIsWritten) {
  const StationFolder folder;
  const auto queue = open_queue(folder);
  ActedOn actions;
  const auto hooks = actions.hooks();
  const action::Event event{"a", "line", "item", "KO", "", {}};
  const auto write = [&](const store::Database& database) {
    return hooks.enqueue(database, event, {"lamp"});
  };
  ASSERT_TRUE(queue->accept(trigger_of("a"), 2));
  ASSERT_EQ(claimed(*queue), "a");

  actions.refuses = true;
  const auto refused = queue->finish("a", {.within = write});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "the queue is full");
  EXPECT_THAT(acted(queue->file()), IsEmpty());
  EXPECT_TRUE(queue->find("a"));
  EXPECT_EQ(claimed(*queue), "") << "it is still claimed";

  actions.refuses = false;
  ASSERT_TRUE(queue->finish("a", {.within = write}));
  EXPECT_THAT(acted(queue->file()), ElementsAre("lamp item KO"));
  EXPECT_EQ(queue->find("a").error().code, base::ErrorCode::not_found);
  EXPECT_EQ(queue->size("line"), 0u);
}

TEST(TriggerQueue, SetsOffTriggersTogetherWithAnEnd) {
  const StationFolder folder;
  const auto queue = open_queue(folder);
  ASSERT_TRUE(queue->accept(trigger_of("a"), 2));
  ASSERT_EQ(claimed(*queue), "a");
  auto next = trigger_of("n", "station");
  next.station = "next";
  next.at = base::Time(5s);
  auto refused = trigger_of("r", "station");
  refused.station = "full";
  int ended = 0;
  bool fails = true;
  const Ending ending{.within = [&](const store::Database&) -> base::Status {
                        if (fails) return base::fail(base::ErrorCode::io, "broken");
                        return {};
                      },
                      .next = {{next, 1}, {refused, 0}},
                      .ended = [&ended] { ++ended; }};
  EXPECT_FALSE(queue->finish("a", ending));
  EXPECT_FALSE(queue->find("n"));
  EXPECT_TRUE(queue->find("a"));
  EXPECT_EQ(ended, 0);

  fails = false;
  EXPECT_THAT(queue->finish("a", ending).value(), ElementsAre("full"));
  EXPECT_FALSE(queue->find("a"));
  EXPECT_FALSE(queue->find("r"));
  EXPECT_EQ(ended, 1);
  const auto found = queue->claim("next").value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, "n");
  EXPECT_EQ(found->trigger.by, "station");
  EXPECT_EQ(found->at, base::Time(5s));
}

TEST(TriggerQueue, KnowsWhenThisProcessHadAcceptedATrigger) {
  const StationFolder folder;
  auto queue = open_queue(folder);
  auto given = trigger_of("a");
  given.at = base::Time(5s);
  ASSERT_TRUE(queue->accept(given, 2));
  EXPECT_EQ(queue->claim("line").value()->at, base::Time(5s));
  queue->release("a");
  EXPECT_EQ(queue->claim("line").value()->at, base::Time(5s));
  queue.reset();
  queue = open_queue(folder);
  EXPECT_FALSE(queue->claim("line").value()->at) << "the clock is another one";
}

TEST(TriggerQueue, CountsTheClaimsThatWereAbandoned) {
  const StationFolder folder;
  const auto queue = open_queue(folder);
  ASSERT_TRUE(queue->accept(trigger_of("a"), 2));
  ASSERT_EQ(claimed(*queue), "a");
  queue->release("a");
  EXPECT_EQ(queue->claim("line").value()->attempts, 1);
  queue->abandon("a");
  EXPECT_EQ(queue->claim("line").value()->attempts, 2);
}

TEST(TriggerQueue, GivesUnfinishedTriggersAgainAfterACrash) {
  const StationFolder folder;
  auto queue = open_queue(folder);
  for (const auto* id : {"a", "b", "c"}) ASSERT_TRUE(queue->accept(trigger_of(id), 10));
  ASSERT_EQ(claimed(*queue), "a");
  ASSERT_EQ(claimed(*queue), "b");
  ASSERT_TRUE(queue->finish("a", {}));
  ASSERT_TRUE(queue->progress("b", {{"front", {{"image", "b.jpg"}}}}));
  queue.reset();

  queue = open_queue(folder);
  const auto again = queue->claim("line").value();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->id, "b");
  EXPECT_EQ(again->attempts, 2);
  EXPECT_EQ(again->progress.at("front").at("image"), "b.jpg");
  EXPECT_EQ(claimed(*queue), "c");
  EXPECT_EQ(claimed(*queue), "");
}

TEST(TriggerQueue, KeepsImagesAsLongAsTheirTrigger) {
  const StationFolder folder;
  auto queue = open_queue(folder);
  ASSERT_TRUE(queue->images().keep("a", "front", "pixels"));
  ASSERT_TRUE(queue->images().keep("a", "back", "others"));
  ASSERT_TRUE(queue->accept(trigger_of("a"), 2));
  queue.reset();
  queue = open_queue(folder);
  EXPECT_THAT(queue->images().cameras("a"), ElementsAre("back", "front"));
  EXPECT_EQ(queue->images().file("a", "front").value(), "pixels");
  ASSERT_EQ(claimed(*queue), "a");
  ASSERT_TRUE(queue->finish("a", {}));
  EXPECT_THAT(queue->images().cameras("a"), IsEmpty());
}

TEST(TriggerQueue, DeletesImagesWhoseTriggerWasNeverAccepted) {
  const StationFolder folder;
  auto queue = open_queue(folder);
  ASSERT_TRUE(queue->images().keep("stray", "front", "pixels"));
  ASSERT_TRUE(queue->images().keep("kept", "front", "pixels"));
  ASSERT_TRUE(queue->accept(trigger_of("kept"), 2));
  queue.reset();
  queue = open_queue(folder);
  EXPECT_THAT(queue->images().cameras("stray"), IsEmpty());
  EXPECT_THAT(queue->images().cameras("kept"), ElementsAre("front"));
}

TEST(TriggerQueue, RemembersSettings) {
  const StationFolder folder;
  auto queue = open_queue(folder);
  EXPECT_EQ(queue->setting("active").value(), "");
  ASSERT_TRUE(queue->set_setting("active", "one"));
  ASSERT_TRUE(queue->set_setting("active", "two"));
  queue.reset();
  EXPECT_EQ(open_queue(folder)->setting("active").value(), "two");
}

TEST(TriggerQueue, RefusesAFileOfANewerVersion) {
  const StationFolder folder;
  const auto file = open_queue(folder)->file();
  ASSERT_TRUE(store::Database::open(file)->run("PRAGMA user_version = 99"));
  const auto opened = TriggerQueue::open(folder.path() / "state");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, base::ErrorCode::unsupported);
  EXPECT_THAT(opened.error().message, HasSubstr(file.string()));
}

}  // namespace
}  // namespace sluice::station
