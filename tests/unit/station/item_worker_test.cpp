// Items from their trigger to their record.
#include "station/item_worker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/station/station_helpers.hpp"
#include "unit/store/flaky_stores.hpp"

namespace sluice::station {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(ItemWorker, TakesAnItemFromItsTriggerToItsRecord) {
  Bench bench;
  const auto front = bench.add_camera("front", look({never_bad()}));
  front->entries = {reading(0.75F, bench.now(), "front#1")};
  front->taking = [&bench] { bench.rig.clock.advance(20ms); };
  bench.options.budget = 500ms;
  std::vector<std::string> ended;
  bench.options.ended = [&ended](const Item& item) { ended.push_back(item.id); };
  bench.start();
  auto trigger = trigger_of("i1");
  trigger.at = bench.now();
  ASSERT_TRUE(bench.queue->accept(trigger, 64));
  bench.rig.clock.advance(5ms);
  bench.step();

  const auto record = bench.record("i1");
  EXPECT_EQ(record.at("decision"), "KO");
  EXPECT_EQ(record.at("state"), "Done");
  EXPECT_EQ(record.at("station_config"), "line");
  EXPECT_EQ(record.at("configuration"), "digest");
  EXPECT_EQ(record.at("serial_number"), "S-1");
  EXPECT_EQ(record.at("category"), "caps");
  EXPECT_EQ(record.at("trigger").at("by"), "api");
  EXPECT_EQ(record.at("received_time"), "2026-11-22T12:00:00.123Z");
  EXPECT_EQ(record.at("error"), false);
  const auto& camera = record.at("cameras").at("front");
  EXPECT_EQ(camera.at("source"), "front#1");
  EXPECT_EQ(camera.at("decision"), "KO");
  EXPECT_EQ(camera.at("verdicts").at(0).at("rule"), "quality");
  EXPECT_EQ(camera.at("steps").at(0).at("state"), "done");
  const auto& object = record.at("inferences").at("front").at("look").at("look-1");
  EXPECT_EQ(object.at("label"), "bad");
  EXPECT_THAT(object.at("score").to_number<double>(), DoubleNear(0.75, 1e-6));
  EXPECT_EQ(record.at("verdict").at("objects").at(0), "front/look-1");
  EXPECT_THAT(record.at("timing").at("queued_ms").to_number<double>(), DoubleNear(5, 1e-9));
  EXPECT_THAT(record.at("timing").at("capture_ms").to_number<double>(), DoubleNear(20, 1e-9));
  EXPECT_THAT(record.at("timing").at("total_ms").to_number<double>(), DoubleNear(25, 1e-9));
  EXPECT_EQ(record.at("on_time"), true);

  EXPECT_EQ(bench.records->get("i1")->decision, "KO");
  EXPECT_EQ(bench.queue->size("line"), 0u);
  EXPECT_EQ(bench.tally.counts().at("KO"), 1u);
  EXPECT_EQ(bench.tally.counts().at("error"), 0u);
  EXPECT_FALSE(bench.worker->current("i1"));
  EXPECT_THAT(ended, ElementsAre("i1"));
}

TEST(ItemWorker, HasNothingToDoWithoutATrigger) {
  Bench bench;
  bench.add_camera("front");
  bench.start();
  const auto worked = bench.worker->step();
  ASSERT_TRUE(worked);
  EXPECT_FALSE(*worked);
}

TEST(ItemWorker, WorksInTheOrderOfTheTriggers) {
  Bench bench;
  const auto front = bench.add_camera("front");
  front->entries = {reading(0, bench.now(), "first"), reading(0, bench.now(), "second")};
  bench.start();
  bench.accept("b");
  bench.accept("a");
  bench.step();
  bench.step();
  EXPECT_EQ(bench.record("b").at("cameras").at("front").at("source"), "first");
  EXPECT_EQ(bench.record("a").at("cameras").at("front").at("source"), "second");
}

TEST(ItemWorker, ShowsTheItemAtWork) {
  Bench bench;
  const auto front = bench.add_camera("front");
  front->entries = {reading(0, bench.now())};
  std::optional<Item> seen;
  front->taking = [&] { seen = bench.worker->current("i1"); };
  bench.start();
  bench.accept("i1");
  bench.step();
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->stage, Stage::capture);
  EXPECT_FALSE(bench.worker->current("another"));
}

TEST(ItemWorker, IsLateBehindItsBudget) {
  Bench bench;
  const auto front = bench.add_camera("front", look({never_bad()}));
  front->entries = {reading(0.25F, bench.now())};
  bench.computing = [&bench] { bench.rig.clock.advance(80ms); };
  bench.options.budget = 50ms;
  bench.start();
  bench.accept("i1");
  bench.step();
  EXPECT_EQ(bench.record("i1").at("decision"), "OK");
  EXPECT_EQ(bench.record("i1").at("on_time"), false);
}

TEST(ItemWorker, GoesOnWithoutACameraThatFails) {
  Bench bench;
  const auto left = bench.add_camera("left", look({never_bad()}));
  const auto right = bench.add_camera("right", look({never_bad()}));
  left->entries = {base::fail(base::ErrorCode::unavailable, "the lens is off")};
  right->entries = {reading(0.25F, bench.now())};
  bench.start();
  bench.accept("i1");
  bench.step();
  const auto record = bench.record("i1");
  EXPECT_EQ(record.at("cameras").at("right").at("decision"), "OK");
  EXPECT_EQ(record.at("cameras").at("left").at("error"), "the lens is off");
  EXPECT_EQ(record.at("decision"), "NO_DECISION");
  EXPECT_EQ(record.at("error_message"), "the lens is off");
  EXPECT_EQ(record.at("errors").at(0).at("stage"), "Capture");
  EXPECT_EQ(record.at("errors").at(0).at("camera"), "left");
  EXPECT_TRUE(bench.display.state("left").failed);
  EXPECT_FALSE(bench.display.state("right").failed);
  EXPECT_EQ(bench.tally.counts().at("error"), 1u);
}

TEST(ItemWorker, TriesToOpenACameraWithEachItem) {
  Bench bench;
  const auto front = bench.add_camera("front");
  front->entries = {reading(0, bench.now())};
  const auto open = bench.options.cameras[0].open;
  int attempts = 0;
  bench.options.cameras[0].open = [&]() -> base::Result<std::unique_ptr<camera::Camera>> {
    if (++attempts == 1) return base::fail(base::ErrorCode::unavailable, "it is unplugged");
    return open();
  };
  bench.start();
  bench.accept("i1");
  bench.accept("i2");
  bench.step();
  bench.step();
  EXPECT_EQ(bench.record("i1").at("error_message"), "it is unplugged");
  EXPECT_EQ(bench.record("i2").at("error"), false);
}

TEST(ItemWorker, SaysThatASourceHasEnded) {
  Bench bench;
  bench.add_camera("front")->ends = true;
  bench.start();
  bench.accept("i1");
  bench.step();
  EXPECT_EQ(bench.record("i1").at("error_message"), "the source has ended");
}

TEST(ItemWorker, TakesNoPictureOfALiveCameraFromBeforeTheTrigger) {
  Bench bench;
  const auto front = bench.add_camera("front");
  bench.options.cameras[0].live = true;
  front->entries = {reading(0, bench.now() - 1s, "stale"), reading(0, bench.now() - 1ms, "stale"),
                    reading(0, bench.now(), "fresh")};
  bench.start();
  bench.accept("i1");
  bench.step();
  EXPECT_EQ(bench.record("i1").at("cameras").at("front").at("source"), "fresh");
}

TEST(ItemWorker, GivesALiveCameraUpInTime) {
  Bench bench;
  const auto front = bench.add_camera("front");
  bench.options.cameras[0].live = true;
  bench.options.capture_timeout = 5s;
  for (int i = 0; i < 9; ++i) front->entries.emplace_back(reading(0, bench.now() - 1s, "stale"));
  front->taking = [&bench] { bench.rig.clock.advance(3s); };
  bench.start();
  bench.accept("i1");
  bench.step();
  EXPECT_THAT(std::string(bench.record("i1").at("error_message").as_string()),
              HasSubstr("no picture that was taken after the trigger"));
  EXPECT_EQ(front->entries.size(), 7u);
}

TEST(ItemWorker, KeepsImagesAsTheyCame) {
  Bench bench;
  const auto front = bench.add_camera("front");
  front->entries = {picture("the file", bench.now())};
  bench.start();
  bench.accept("i1");
  bench.step();
  const auto record = bench.record("i1");
  EXPECT_EQ(record.at("dimensions").at("front"), (boost::json::array{8, 4}));
  const std::string name(record.at("cameras").at("front").at("image").as_string());
  EXPECT_EQ(name, "line/2026-11-22/i1/front.jpg");
  const auto bytes = bench.images->get(name);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size()), "the file");
}

TEST(ItemWorker, EncodesImagesThatCameAsPixels) {
  Bench bench;
  const auto front = bench.add_camera("front");
  auto sample = picture("", bench.now());
  sample.file = nullptr;
  front->entries = {sample};
  bench.start();
  bench.accept("i1");
  bench.step();
  const auto bytes = bench.images->get("line/2026-11-22/i1/front.jpg");
  ASSERT_TRUE(bytes) << bench.record("i1").at("error_message");
  EXPECT_EQ(bytes->at(0), std::byte{0xFF});
  EXPECT_EQ(bytes->at(1), std::byte{0xD8});
}

TEST(ItemWorker, GoesOnWithoutABlobStoreThatFails) {
  Bench bench;
  const auto front = bench.add_camera("front");
  front->entries = {picture("the file", bench.now())};
  store::FlakyState state{.away = true};
  bench.options.images = std::make_shared<store::FlakyBlobStore>(state, *bench.images);
  bench.start();
  bench.accept("i1");
  bench.step();
  const auto record = bench.record("i1");
  EXPECT_EQ(record.at("state"), "Done");
  EXPECT_EQ(record.at("errors").at(0).at("stage"), "Save Binaries");
  EXPECT_EQ(record.at("errors").at(0).at("message"), "the network is away");
  EXPECT_EQ(record.at("cameras").at("front").at("image"), "");
}

TEST(ItemWorker, WaitsForARecordStoreThatFails) {
  Bench bench;
  const auto front = bench.add_camera("front", look({never_bad()}));
  front->entries = {reading(0.75F, bench.now())};
  store::FlakyState state{.away = true};
  bench.options.records = std::make_shared<store::FlakyRecordStore>(state, *bench.records);
  bench.options.actions = bench.actions.hooks();
  int inferences = 0;
  bench.computing = [&inferences] { ++inferences; };
  bench.start();
  bench.accept("i1");
  for (int i = 0; i < 5; ++i) {
    const auto worked = bench.worker->step();
    ASSERT_FALSE(worked);
    EXPECT_EQ(worked.error().message, "the item cannot be recorded: the network is away");
  }
  EXPECT_EQ(bench.queue->size("line"), 1u);
  EXPECT_THAT(acted(bench.queue->file()), IsEmpty());
  EXPECT_EQ(bench.tally.counts().at("KO"), 0u);

  state.away = false;
  bench.step();
  EXPECT_EQ(bench.record("i1").at("decision"), "KO");
  EXPECT_EQ(bench.record("i1").at("error"), false);
  EXPECT_EQ(inferences, 1);
  EXPECT_EQ(bench.actions.asked, 1);
  EXPECT_THAT(acted(bench.queue->file()), ElementsAre("lamp item KO"));
  EXPECT_EQ(bench.queue->size("line"), 0u);
  EXPECT_EQ(bench.tally.counts().at("KO"), 1u);
}

TEST(ItemWorker, EndsAnItemTogetherWithItsActions) {
  Bench bench;
  const auto front = bench.add_camera("front", look({never_bad()}));
  front->entries = {reading(0.75F, bench.now())};
  bench.options.actions = bench.actions.hooks();
  bench.actions.refuses = true;
  boost::json::value counted;
  bench.options.actions.enqueued = [&] {
    ++bench.actions.woken;
    counted = bench.tally.counts().at("KO");
  };
  bench.start();
  bench.accept("i1");
  const auto refused = bench.worker->step();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "the queue is full");
  EXPECT_THAT(acted(bench.queue->file()), IsEmpty());
  EXPECT_EQ(bench.actions.woken, 0);
  EXPECT_EQ(bench.queue->size("line"), 1u);

  bench.actions.refuses = false;
  bench.step();
  EXPECT_THAT(acted(bench.queue->file()), ElementsAre("lamp item KO"));
  EXPECT_EQ(bench.actions.woken, 1);
  EXPECT_EQ(counted, 1u) << "once, and before anybody is told";
  EXPECT_EQ(bench.record("i1").at("actions"), boost::json::parse(R"([{"name":"lamp"}])"));
}

TEST(ItemWorker, DecidesByTheStationsRule) {
  for (const bool any : {false, true}) {
    Bench bench;
    bench.add_camera("left", look({never_bad()}))->entries = {reading(0.25F, bench.now())};
    bench.add_camera("right", look({never_bad()}))->entries = {reading(0.75F, bench.now())};
    rules::ItemRule rule;
    rule.test = rules::AnyCamera{};
    if (any) bench.options.rule = rule;
    bench.start();
    bench.accept("i1");
    bench.step();
    EXPECT_EQ(bench.record("i1").at("decision"), any ? "OK" : "KO");
    EXPECT_EQ(bench.record("i1").at("verdict").at("rule"), any ? "any" : "all");
  }
}

TEST(ItemWorker, DoesNotDecideWithoutRules) {
  Bench bench;
  bench.add_camera("front", look({}))->entries = {reading(0.75F, bench.now())};
  bench.start();
  bench.accept("i1");
  bench.step();
  const auto record = bench.record("i1");
  EXPECT_EQ(record.at("decision"), "NO_DECISION");
  EXPECT_EQ(record.at("verdict").at("reason"), "the station has no rules");
  EXPECT_FALSE(record.at("cameras").at("front").as_object().contains("decision"));
  EXPECT_EQ(record.at("inferences").at("front").at("look").as_object().size(), 1u);
}

TEST(ItemWorker, NotesAStepThatFails) {
  Bench bench;
  const auto front = bench.add_camera("front", look({never_bad()}));
  front->entries = {picture("no numbers", bench.now())};
  bench.start();
  bench.accept("i1");
  bench.step();
  const auto record = bench.record("i1");
  EXPECT_EQ(record.at("decision"), "NO_DECISION");
  EXPECT_EQ(record.at("errors").at(0).at("stage"), "Inference");
  EXPECT_THAT(std::string(record.at("error_message").as_string()),
              HasSubstr("step look: the camera gives images"));
  EXPECT_EQ(record.at("cameras").at("front").at("steps").at(0).at("state"), "failed");
}

TEST(ItemWorker, KeepsUploadsWithoutInference) {
  Bench bench;
  bench.add_camera("front", look({never_bad()}));
  bench.options.actions = bench.actions.hooks();
  bench.start();
  ASSERT_TRUE(bench.queue->images().keep("i1", "front", jpeg(32, 16)));
  bench.accept("i1", "upload");
  bench.step();
  const auto record = bench.record("i1");
  EXPECT_EQ(record.at("error"), false) << record.at("error_message");
  EXPECT_EQ(record.at("decision"), "");
  EXPECT_FALSE(record.contains("verdict"));
  EXPECT_EQ(record.at("dimensions").at("front"), (boost::json::array{32, 16}));
  EXPECT_THAT(bench.images->list("").value(), ElementsAre("line/2026-11-22/i1/front.jpg"));
  EXPECT_EQ(bench.actions.asked, 0);
  EXPECT_EQ(bench.tally.counts().at("NO_DECISION"), 0u);
}

TEST(ItemWorker, RefusesAnUploadThatIsNoImage) {
  Bench bench;
  const auto front = bench.add_camera("front");
  bench.start();
  ASSERT_TRUE(bench.queue->images().keep("i1", "front", "no image"));
  bench.accept("i1");
  bench.step();
  const auto record = bench.record("i1");
  EXPECT_EQ(record.at("errors").at(0).at("stage"), "Capture");
  EXPECT_EQ(record.at("errors").at(0).at("camera"), "front");
  EXPECT_EQ(front->opened, 0);
}

TEST(InspectOnce, JudgesOneSampleAndKeepsNothing) {
  Bench bench;
  bench.add_camera("front", look({never_bad()}));
  bench.start();
  const auto item =
      inspect_once(bench.options, 0, *bench.inspectors[0], reading(0.75F, bench.now()),
                   bench.rig.clock, [] { return noon(); });
  EXPECT_EQ(item.decision(), "KO");
  EXPECT_EQ(item.trigger.by, "try");
  EXPECT_EQ(item.stage, Stage::done);
  EXPECT_THAT(item.cameras.at("front").image, IsEmpty());
  EXPECT_THAT(bench.records->find({})->records, IsEmpty());
  EXPECT_THAT(bench.images->list("").value(), IsEmpty());
}

}  // namespace
}  // namespace sluice::station
