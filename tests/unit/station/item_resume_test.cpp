// Items that a killed process had begun.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/station/station_helpers.hpp"
#include "unit/store/flaky_stores.hpp"

namespace sluice::station {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string message_of(const boost::json::object& record) {
  return std::string(record.at("error_message").as_string());
}

TEST(ItemResume, GoesOnWithTheImagesThatWereKept) {
  Bench bench;
  const auto front = bench.add_camera("front");
  front->entries = {picture(jpeg(32, 16), bench.now() - 1s)};
  store::FlakyState state{.away = true};
  bench.options.records = std::make_shared<store::FlakyRecordStore>(state, *bench.records);
  bench.start();
  bench.accept("i1");
  ASSERT_FALSE(bench.worker->step());

  state.away = false;
  bench.rig.clock.advance(1h);
  bench.restart();
  bench.step();
  const auto record = bench.record("i1");
  EXPECT_EQ(record.at("error"), false) << message_of(record);
  const auto& camera = record.at("cameras").at("front");
  EXPECT_EQ(camera.at("image"), "line/2026-11-22/i1/front.jpg");
  EXPECT_EQ(camera.at("source"), "front.jpg");
  EXPECT_EQ(camera.at("captured_time"), "2026-11-22T11:59:59.123Z");
  EXPECT_EQ(record.at("dimensions").at("front"), (boost::json::array{32, 16}));
  EXPECT_THAT(bench.images->list("").value(), ElementsAre("line/2026-11-22/i1/front.jpg"));
  EXPECT_EQ(front->opened, 1) << "the picture was not taken again";
  EXPECT_EQ(bench.queue->size("line"), 0u);
}

TEST(ItemResume, TellsOfCamerasOfWhichNothingWasKept) {
  Bench bench;
  bench.add_camera("front")->entries = {picture(jpeg(), bench.now())};
  const auto back = bench.add_camera("back");
  back->entries = {base::fail(base::ErrorCode::unavailable, "the lens is off")};
  store::FlakyState state{.away = true};
  bench.options.records = std::make_shared<store::FlakyRecordStore>(state, *bench.records);
  bench.start();
  bench.accept("i1");
  ASSERT_FALSE(bench.worker->step());
  state.away = false;
  bench.restart();
  bench.step();
  const auto record = bench.record("i1");
  ASSERT_EQ(record.at("errors").as_array().size(), 1u);
  const auto& error = record.at("errors").at(0);
  EXPECT_EQ(error.at("stage"), "Capture");
  EXPECT_EQ(error.at("camera"), "back");
  EXPECT_THAT(message_of(record), HasSubstr("before the process ended"));
  EXPECT_EQ(record.at("cameras").at("back").at("error"), error.at("message"));
  EXPECT_EQ(record.at("cameras").at("front").at("error"), "");
  EXPECT_EQ(back->opened, 1);
}

TEST(ItemResume, SaysWhenAKeptImageIsGone) {
  Bench bench;
  bench.add_camera("front")->entries = {picture(jpeg(), bench.now())};
  store::FlakyState state{.away = true};
  bench.options.records = std::make_shared<store::FlakyRecordStore>(state, *bench.records);
  bench.start();
  bench.accept("i1");
  ASSERT_FALSE(bench.worker->step());
  ASSERT_TRUE(bench.images->remove("line/2026-11-22/i1/front.jpg"));
  state.away = false;
  bench.restart();
  bench.step();
  EXPECT_EQ(bench.record("i1").at("errors").at(0).at("stage"), "Capture");
}

TEST(ItemResume, TakesNoOtherReadingsForAnItemThatCouldNotBeRecorded) {
  Bench bench;
  const auto front = bench.add_camera("front", look({never_bad()}));
  front->entries = {reading(0.75F, bench.now()), reading(0.25F, bench.now())};
  store::FlakyState state{.away = true};
  bench.options.records = std::make_shared<store::FlakyRecordStore>(state, *bench.records);
  bench.start();
  bench.accept("i1");
  ASSERT_FALSE(bench.worker->step());
  state.away = false;
  bench.start();  // on the same queue
  bench.step();
  EXPECT_EQ(bench.record("i1").at("decision"), "NO_DECISION");
  EXPECT_THAT(message_of(bench.record("i1")), HasSubstr("what they would show is gone"));
  EXPECT_EQ(front->entries.size(), 1u);
}

TEST(ItemResume, TellsOfPicturesThatWereNotTakenInTime) {
  Bench bench;
  const auto front = bench.add_camera("front", look({never_bad()}));
  front->entries = {reading(0.25F, bench.now())};
  bench.start();
  bench.accept("i1");
  ASSERT_TRUE(bench.queue->claim("line").value());
  bench.restart();
  bench.step();
  const auto record = bench.record("i1");
  EXPECT_THAT(message_of(record), HasSubstr("what they would show is gone"));
  EXPECT_EQ(record.at("decision"), "NO_DECISION");
  EXPECT_EQ(record.at("state"), "Done");
  EXPECT_EQ(front->opened, 0);
}

TEST(ItemResume, TakesPicturesForATriggerThatWasOnlyAccepted) {
  Bench bench;
  bench.add_camera("front", look({never_bad()}))->entries = {reading(0.25F, bench.now())};
  bench.start();
  bench.accept("i1");
  bench.restart();
  bench.step();
  EXPECT_EQ(bench.record("i1").at("decision"), "OK");
}

TEST(ItemResume, UsesImagesThatCameWithTheTrigger) {
  Bench bench;
  bench.add_camera("front");
  bench.start();
  ASSERT_TRUE(bench.queue->images().keep("i1", "front", jpeg(32, 16)));
  bench.accept("i1");
  ASSERT_TRUE(bench.queue->claim("line").value());
  bench.restart();
  bench.step();
  const auto record = bench.record("i1");
  EXPECT_EQ(record.at("error"), false) << message_of(record);
  EXPECT_EQ(record.at("dimensions").at("front"), (boost::json::array{32, 16}));
  EXPECT_EQ(record.at("cameras").at("front").at("captured_time"), record.at("received_time"));
}

TEST(ItemResume, GivesAnItemUpThatProcessesDoNotSurvive) {
  Bench bench;
  const auto front = bench.add_camera("front");
  bench.start();
  ASSERT_TRUE(bench.queue->images().keep("i1", "front", jpeg()));
  bench.accept("i1");
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(bench.queue->claim("line").value());
    bench.restart();
  }
  bench.step();
  EXPECT_THAT(message_of(bench.record("i1")), HasSubstr("the process ended 3 times"));
  EXPECT_EQ(front->opened, 0);
  EXPECT_FALSE(bench.display.state("front").failed) << "it is not the camera's fault";
  EXPECT_THAT(bench.queue->images().cameras("i1"), IsEmpty());
}

TEST(ItemResume, LeavesAnItemThatCouldNotBeRecordedToTheNextWorker) {
  Bench bench;
  bench.add_camera("front")->entries = {picture(jpeg(), bench.now())};
  store::FlakyState state{.away = true};
  bench.options.records = std::make_shared<store::FlakyRecordStore>(state, *bench.records);
  bench.start();
  bench.accept("i1");
  ASSERT_FALSE(bench.worker->step());
  state.away = false;
  bench.start();  // on the same queue
  bench.step();
  EXPECT_EQ(bench.record("i1").at("error"), false);
}

}  // namespace
}  // namespace sluice::station
