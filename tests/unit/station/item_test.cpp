#include "station/item.hpp"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.hpp"
#include "base/utf8.hpp"
#include "unit/station/station_helpers.hpp"

namespace sluice::station {
namespace {

using testing::ElementsAre;
using testing::IsSupersetOf;

std::vector<std::string> keys_of(const boost::json::value& object) {
  std::vector<std::string> keys;
  for (const auto& member : object.as_object()) keys.emplace_back(member.key());
  return keys;
}

/// One camera that read a text on what it had found.
Item sample_item() {
  Item item;
  item.id = "i1";
  item.station = "line";
  item.configuration = "digest";
  item.trigger = {.by = "mqtt", .serial_number = "S-1", .category = "caps"};
  item.received = noon();
  item.stage = Stage::done;
  item.budget = 500ms;
  item.ended = {{Stage::trigger, 1ms},
                {Stage::capture, 11ms},
                {Stage::save, 14ms},
                {Stage::inference, 94ms},
                {Stage::decision, 95ms}};
  item.verdict = rules::Verdict{rules::Decision::ko, "all", "front is KO", {"front/read-1"}};
  item.actions = {"lamp"};
  auto& front = item.cameras["front"];
  front.source = "frames/0001.png";
  front.captured = noon();
  front.image = "line/2026-11-22/i1/front.png";
  front.width = 1280;
  front.height = 720;
  front.step_names = {"text", "read"};
  vision::Object text;
  text.id = "text-1";
  text.label = "text";
  text.score = 0.5F;
  text.box = vision::Box{10, 20, 110, 44};
  vision::Object read;
  read.id = "read-1";
  read.parent = "text-1";
  read.text = "LOT 1234";
  read.score = 0.25F;
  front.findings.begun = base::Time(10s);
  front.findings.ended = base::Time(11s);
  front.findings.steps.resize(2);
  front.findings.steps[0].state = graph::StepState::done;
  front.findings.steps[0].objects = {text};
  front.findings.steps[0].ready = base::Time(10s);
  front.findings.steps[0].ended = base::Time(10s + 33ms);
  front.findings.steps[0].compute = 31ms;
  front.findings.steps[1].state = graph::StepState::failed;
  front.findings.steps[1].reason = "too dark";
  front.findings.steps[1].objects = {read};
  front.findings.steps[1].dropped = graph::Drop{schedule::DropReason::expired, "2-7"};
  front.verdict = rules::CameraVerdict{{rules::Decision::ko, "lot", "no match", {"read-1"}},
                                       {{rules::Decision::ko, "lot", "no match", {"read-1"}}}};
  return item;
}

TEST(ItemJson, HasTheKeysThatClientsKnow) {
  const auto json = to_json(sample_item());
  EXPECT_THAT(
      keys_of(json),
      IsSupersetOf(
          {"id",          "serial_number", "category",      "station_config", "received_time",
           "state",       "error",         "error_message", "decision",       "dimensions",
           "cameras",     "inferences",    "verdict",       "trigger",        "timing",
           "deadline_ms", "on_time",       "actions",       "errors",         "configuration"}));
  EXPECT_EQ(json.at("state"), "Done");
  EXPECT_EQ(json.at("decision"), "KO");
  EXPECT_EQ(json.at("dimensions").at("front"), (boost::json::array{1280, 720}));
  EXPECT_THAT(keys_of(json.at("inferences").at("front")), ElementsAre("text", "read"));
  const auto& text = json.at("inferences").at("front").at("text").at("text-1");
  EXPECT_EQ(text.at("label"), "text");
  EXPECT_EQ(text.at("score"), 0.5);
  EXPECT_EQ(text.at("location"), (boost::json::array{10.0, 20.0, 110.0, 44.0}));
  const auto& read = json.at("inferences").at("front").at("read").at("read-1");
  EXPECT_EQ(read.at("text"), "LOT 1234");
  EXPECT_EQ(read.at("parent"), "text-1");
  EXPECT_FALSE(read.as_object().contains("location"));
  EXPECT_EQ(json.at("verdict").at("objects"), (boost::json::array{"front/read-1"}));
}

TEST(ItemJson, TellsOfCamerasAndSteps) {
  const auto json = to_json(sample_item());
  const auto& front = json.at("cameras").at("front");
  EXPECT_THAT(keys_of(front), IsSupersetOf({"source", "captured_time", "image", "decision", "steps",
                                            "verdicts", "error"}));
  EXPECT_EQ(front.at("captured_time"), "2026-11-22T12:00:00.123Z");
  EXPECT_EQ(front.at("verdicts").at(0).at("reason"), "no match");
  const auto& step = front.at("steps").at(0);
  EXPECT_THAT(keys_of(step), IsSupersetOf({"name", "state", "reason", "ready_ms", "queued_ms",
                                           "compute_ms", "ended_ms", "inferences", "passed_over"}));
  EXPECT_EQ(step.at("name"), "text");
  EXPECT_EQ(step.at("state"), "done");
  EXPECT_EQ(step.at("ended_ms"), 33.0);
  EXPECT_EQ(step.at("compute_ms"), 31.0);
  const auto& failed = front.at("steps").at(1);
  EXPECT_EQ(failed.at("reason"), "too dark");
  EXPECT_EQ(failed.at("dropped"), "expired");
  EXPECT_EQ(failed.at("request"), "2-7");
  EXPECT_TRUE(failed.at("ended_ms").is_null()) << "it never came so far";
}

TEST(ItemJson, SplitsTheTimeByStages) {
  const auto json = to_json(sample_item());
  const boost::json::object expected{{"queued_ms", 1.0},   {"capture_ms", 10.0},
                                     {"save_ms", 3.0},     {"inference_ms", 80.0},
                                     {"decision_ms", 1.0}, {"total_ms", 95.0}};
  EXPECT_EQ(json.at("timing"), expected);
  EXPECT_EQ(json.at("deadline_ms"), 500.0);
  EXPECT_EQ(json.at("on_time"), true);
}

TEST(ItemJson, LeavesOutWhatIsNotYet) {
  Item item;
  item.id = "i1";
  const auto json = to_json(item);
  EXPECT_EQ(json.at("state"), "Trigger");
  EXPECT_EQ(json.at("decision"), "");
  for (const auto* key : {"verdict", "deadline_ms", "on_time"}) {
    EXPECT_FALSE(json.contains(key)) << key;
  }
  EXPECT_EQ(json.at("timing").as_object().size(), 0u);
}

TEST(ItemJson, TellsErrorsOfTheirCamera) {
  auto item = sample_item();
  item.errors = {{Stage::capture, "back", "the lens is off"}, {Stage::save, "", "disk full"}};
  item.cameras["back"];
  const auto json = to_json(item);
  EXPECT_EQ(json.at("error"), true);
  EXPECT_EQ(json.at("error_message"), "the lens is off");
  EXPECT_EQ(json.at("cameras").at("back").at("error"), "the lens is off");
  EXPECT_EQ(json.at("cameras").at("front").at("error"), "");
  EXPECT_EQ(json.at("errors").at(1).at("stage"), "Save Binaries");
}

TEST(Item, IsLateWhenItWasDecidedBehindItsBudget) {
  auto item = sample_item();
  item.ended[Stage::decision] = 500ms;
  EXPECT_EQ(item.on_time(), true);
  item.ended[Stage::decision] = 501ms;
  EXPECT_EQ(item.on_time(), false);
  item.budget = base::kForever;
  EXPECT_EQ(item.on_time(), std::nullopt);
}

TEST(Item, BecomesARecord) {
  const auto record = to_record(sample_item());
  EXPECT_EQ(record.id, "i1");
  EXPECT_EQ(record.station, "line");
  EXPECT_EQ(record.decision, "KO");
  EXPECT_EQ(record.state, "Done");
  EXPECT_EQ(record.time, noon());
  EXPECT_EQ(record.body, base::to_json(to_json(sample_item())));
}

// Databases refuse a record that is no text, and the station would wait for them for ever.
TEST(Item, BecomesARecordWhateverItsFilesAreCalled) {
  Item item = sample_item();
  item.cameras.begin()->second.source = "Deckel_\xFC.jpg";
  const auto body = to_record(item).body;
  EXPECT_TRUE(base::is_utf8(body));
  EXPECT_NE(body.find("Deckel_\uFFFD.jpg"), std::string::npos);
}

TEST(WallTimeText, ComesBackAsItWas) {
  std::minstd_rand random(1);
  // From 1970 to the year 9999.
  std::uniform_int_distribution<std::int64_t> any(0, 253'402'300'799'999);
  for (int i = 0; i < 1000; ++i) {
    const store::WallTime time{std::chrono::milliseconds(any(random))};
    const auto text = to_string(time);
    ASSERT_EQ(wall_time_from(text), time) << text;
  }
}

TEST(WallTimeText, MayBeShorter) {
  const auto midnight = noon() - 12h - 123ms;
  EXPECT_EQ(to_string(noon()), "2026-11-22T12:00:00.123Z");
  EXPECT_EQ(wall_time_from("2026-11-22T12:00:00.123"), noon());
  EXPECT_EQ(wall_time_from("2026-11-22T12:00:00Z"), noon() - 123ms);
  EXPECT_EQ(wall_time_from("2026-11-22"), midnight);
}

TEST(WallTimeText, RefusesOtherTexts) {
  for (const auto* text : {"",
                           "now",
                           "2026",
                           "2026-11",
                           "2026-13-01",
                           "2026-02-29",
                           "2026-00-10",
                           "2026/11/22",
                           "26-11-22",
                           "2026-11-22T",
                           "2026-11-22 12:00:00Z",
                           "2026-11-22T12:00",
                           "2026-11-22T12",
                           "2026-11-22T24:00:00Z",
                           "2026-11-22T12:60:00Z",
                           "2026-11-22T12:00:61Z",
                           "2026-11-22T12:00:00.1Z",
                           "2026-11-22T12:00:00.12xZ",
                           "2026-11-22T12:00:00+01:00",
                           "2026-11-22T-0:00:00Z",
                           "2026-11-22T12:00:00ZZ",
                           " 2026-11-22",
                           "2026-+1-22"}) {
    EXPECT_EQ(wall_time_from(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace sluice::station
