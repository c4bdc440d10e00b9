#include "station/stream_worker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/station/station_helpers.hpp"
#include "unit/store/flaky_stores.hpp"

namespace sluice::station {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// The bench's station with one camera, "front", whose every frame is judged.
struct StreamBench : Bench {
  std::shared_ptr<Script> front = add_camera("front", look({never_bad()}));
  std::unique_ptr<StreamWorker> stream;

  StreamBench() { options.mode = Mode::stream; }

  void begin() {
    make_inspectors();
    stream = std::make_unique<StreamWorker>(options, 0, *inspectors[0], around(), display, tally);
  }
  void show(float bad) { front->entries.emplace_back(reading(bad, now())); }
  /// Judges all frames that there are.
  void judge_all() {
    while (!front->entries.empty()) {
      const auto more = stream->step(1s);
      ASSERT_TRUE(more) << more.error().message;
      EXPECT_TRUE(*more);
    }
  }
};

TEST(StreamWorker, AccountsForEveryFrame) {
  StreamBench bench;
  bench.options.budget = 10ms;
  bench.begin();
  bench.show(0.25F);
  bench.judge_all();
  EXPECT_EQ(bench.tally.frames().at("on_time"), 1u);

  bench.computing = [&bench] { bench.rig.clock.advance(20ms); };
  bench.show(0.25F);
  bench.judge_all();
  EXPECT_EQ(bench.tally.frames().at("late"), 1u);

  bench.computing = {};
  bench.front->entries = {reading(0.25F, bench.now() - 1s), picture("no numbers", bench.now())};
  bench.judge_all();
  const auto frames = bench.tally.frames();
  EXPECT_EQ(frames.at("in"), 4u);
  EXPECT_EQ(frames.at("dropped"), (boost::json::object{{"expired", 1u}, {"failed", 1u}}));
  EXPECT_EQ(bench.tally.frames().at("in_flight"), 0u);
}

TEST(StreamWorker, IsOnTimeWithoutABudget) {
  StreamBench bench;
  bench.begin();
  bench.front->entries = {reading(0.25F, bench.now() - 1h)};
  bench.judge_all();
  EXPECT_EQ(bench.tally.frames().at("on_time"), 1u);
}

TEST(StreamWorker, RaisesAndClearsEvents) {
  StreamBench bench;
  bench.options.event.frames = 2;
  bench.options.event.window = 2;
  bench.options.actions = bench.actions.hooks();
  bench.begin();
  bench.show(0.75F);
  bench.judge_all();
  EXPECT_THAT(bench.records->find({})->records, IsEmpty());

  bench.show(0.75F);
  bench.show(0.75F);
  bench.judge_all();
  const auto raised = bench.records->find({})->records;
  ASSERT_EQ(raised.size(), 1u);
  EXPECT_EQ(raised[0].decision, "KO");
  EXPECT_EQ(raised[0].state, "Done");
  const auto record = bench.record(raised[0].id);
  EXPECT_EQ(record.at("trigger").at("by"), "source");
  EXPECT_EQ(record.at("cameras").at("front").at("decision"), "KO");
  EXPECT_EQ(record.at("inferences").at("front").at("look").at("look-1").at("label"), "bad");
  EXPECT_THAT(acted(bench.queue->file()), ElementsAre("lamp raised KO"));

  bench.show(0.25F);
  bench.judge_all();
  EXPECT_EQ(bench.records->find({})->records.size(), 2u);
  EXPECT_THAT(acted(bench.queue->file()), ElementsAre("lamp raised KO", "lamp cleared OK"));
  EXPECT_EQ(bench.actions.woken, 2);
  EXPECT_EQ(bench.tally.counts().at("KO"), 3u);
  EXPECT_EQ(bench.tally.counts().at("OK"), 1u);
}

TEST(StreamWorker, KeepsTheImageOfAnEvent) {
  StreamBench bench;
  bench.plans[0].graph = nullptr;
  rules::CameraRule rule;
  rule.test = rules::MinObjects{};
  rule.when_empty = rules::Decision::ko;
  bench.plans[0].rules.rules = {rule};
  bench.begin();
  bench.front->entries = {picture("the file", bench.now() - 23ms)};
  bench.judge_all();
  const auto records = bench.records->find({})->records;
  ASSERT_EQ(records.size(), 1u);
  const auto record = bench.record(records[0].id);
  EXPECT_EQ(record.at("received_time"), "2026-11-22T12:00:00.100Z");
  const auto& image = record.at("cameras").at("front").at("image").as_string();
  EXPECT_THAT(bench.images->list("").value(), ElementsAre(std::string(image)));
}

TEST(StreamWorker, TellsActionsOfAnEventThatCannotBeRecorded) {
  StreamBench bench;
  store::FlakyState state{.away = true};
  bench.options.records = std::make_shared<store::FlakyRecordStore>(state, *bench.records);
  bench.options.actions = bench.actions.hooks();
  bench.begin();
  bench.show(0.75F);
  const auto more = bench.stream->step(1s);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().message, "an event cannot be recorded yet: the network is away");
  EXPECT_FALSE(bench.display.state("front").failed) << "it is not the camera's fault";
  EXPECT_THAT(acted(bench.queue->file()), ElementsAre("lamp raised KO"));
  EXPECT_EQ(bench.tally.counts().at("error"), 1u);
  EXPECT_EQ(bench.tally.frames().at("on_time"), 1u);

  bench.show(0.75F);
  bench.judge_all();
  bench.rig.clock.advance(10s);
  bench.show(0.75F);
  bench.judge_all();  // goes on, though the store is still away
  EXPECT_THAT(bench.records->find({})->records, IsEmpty());
  state.away = false;
  bench.rig.clock.advance(10s);
  bench.show(0.75F);
  bench.judge_all();
  EXPECT_EQ(bench.records->find({})->records.size(), 1u);
  EXPECT_THAT(acted(bench.queue->file()), ElementsAre("lamp raised KO"));
}

TEST(StreamWorker, RecordsAnEventThatAKilledProcessHadTold) {
  StreamBench bench;
  store::FlakyState state{.away = true};
  bench.options.records = std::make_shared<store::FlakyRecordStore>(state, *bench.records);
  bench.options.actions = bench.actions.hooks();
  bench.begin();
  bench.show(0.75F);
  ASSERT_FALSE(bench.stream->step(1s));
  bench.stream.reset();
  bench.reopen();
  state.away = false;
  bench.begin();
  bench.show(0.25F);
  bench.judge_all();
  const auto records = bench.records->find({})->records;
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].decision, "KO");
  EXPECT_EQ(records[0].station, "line");
  EXPECT_EQ(records[0].time, noon());
  EXPECT_EQ(bench.record(records[0].id).at("trigger").at("by"), "source");
  EXPECT_THAT(acted(bench.queue->file()), ElementsAre("lamp raised KO"));
  EXPECT_FALSE(bench.outbox->oldest("line").value()) << "it is not recorded again and again";
}

TEST(StreamWorker, HoldsAnEventThatCannotBeWritten) {
  StreamBench bench;
  bench.options.actions = bench.actions.hooks();
  bench.actions.refuses = true;
  bench.begin();
  bench.show(0.75F);
  bench.show(0.25F);
  const auto more = bench.stream->step(1s);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().message, "an event cannot be written: the queue is full");
  EXPECT_THAT(bench.records->find({})->records, IsEmpty());
  EXPECT_FALSE(bench.stream->step(1s));
  EXPECT_EQ(bench.front->entries.size(), 1u) << "no frame is judged meanwhile";
  EXPECT_EQ(bench.actions.woken, 0);

  bench.actions.refuses = false;
  bench.judge_all();
  EXPECT_THAT(acted(bench.queue->file()), ElementsAre("lamp raised KO", "lamp cleared OK"));
  EXPECT_EQ(bench.records->find({})->records.size(), 2u);
  EXPECT_EQ(bench.tally.counts().at("error"), 1u);
}

TEST(StreamWorker, ShowsWhetherItsCameraIsThere) {
  StreamBench bench;
  bench.front->entries = {base::fail(base::ErrorCode::unavailable, "the lens is off"),
                          reading(0.25F, bench.now())};
  bench.front->ends = true;
  bench.begin();
  EXPECT_FALSE(bench.stream->step(1s));
  EXPECT_TRUE(bench.display.state("front").failed);
  EXPECT_EQ(bench.display.state("front").error, "the lens is off");
  ASSERT_TRUE(bench.stream->step(1s).value());
  EXPECT_FALSE(bench.display.state("front").failed);
  EXPECT_EQ(bench.display.state("front").captured, noon());
  EXPECT_FALSE(bench.stream->step(1s).value()) << "the source has ended";
  EXPECT_EQ(bench.tally.frames().at("in"), 1u);
  EXPECT_EQ(bench.front->opened, 1);
}

TEST(StreamWorker, JudgesNothingWithoutRules) {
  StreamBench bench;
  bench.plans[0] = look({});
  bench.begin();
  bench.show(0.75F);
  bench.judge_all();
  EXPECT_EQ(bench.tally.counts().at("NO_DECISION"), 0u);
  EXPECT_THAT(bench.records->find({})->records, IsEmpty());
}

}  // namespace
}  // namespace sluice::station
