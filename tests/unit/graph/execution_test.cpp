// What comes after what, what it looks at, and what its findings become.
#include "graph/execution.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/graph/graph_helpers.hpp"

namespace sluice::graph {
namespace {

using namespace helpers;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Execution, RunsASingleStepOnTheFullImage) {
  Drive drive({step("det")});
  EXPECT_THAT(drive.asked(), ElementsAre("det"));
  EXPECT_FALSE(drive.ended());
  const Inference inference =
      drive.answer("det", {{found("cat", 0.5F, Box{1, 2, 3, 4}), found("scene", 0.25F)}});
  EXPECT_EQ(inference.region, (Box{0, 0, 640, 480}));
  EXPECT_EQ(inference.parent, "");
  EXPECT_TRUE(drive.ended());
  const StepResult& result = drive.result("det");
  EXPECT_EQ(result.state, StepState::done);
  EXPECT_EQ(result.reason, "");
  EXPECT_EQ(result.inferences, 1u);
  ASSERT_EQ(result.objects.size(), 2u);
  EXPECT_EQ(result.objects[0].id, "det-1");
  EXPECT_EQ(result.objects[0].step, "det");
  EXPECT_EQ(result.objects[0].parent, "");
  EXPECT_EQ(result.objects[0].label, "cat");
  EXPECT_EQ(result.objects[0].box, (Box{1, 2, 3, 4}));
  EXPECT_EQ(result.objects[1].id, "det-2");
  EXPECT_EQ(result.objects[1].box, std::nullopt) << "about the image as a whole";
}

TEST(Execution, RunsAChildOnTheCropsOfItsParentsObjects) {
  Drive drive({step("det"), crops("parts", {"det"}), crops("read", {"parts"})});
  drive.answer("det", {{found("car", 1, Box{100, 50, 300, 150})}});
  EXPECT_THAT(drive.asked(), ElementsAre("parts"));
  const Inference parts = drive.answer("parts", {{found("plate", 1, Box{80, 60, 120, 80})}});
  EXPECT_EQ(parts.region, (Box{100, 50, 300, 150}));
  EXPECT_EQ(parts.parent, "det-1");
  const Inference read = drive.answer("read", {{found("text")}});
  EXPECT_EQ(read.region, (Box{180, 110, 220, 130})) << "in pixels of the full image";
  EXPECT_TRUE(drive.ended());
  const Object& plate = drive.result("parts").objects.at(0);
  EXPECT_EQ(plate.parent, "det-1");
  EXPECT_EQ(plate.box, (Box{180, 110, 220, 130}));
  const Object& text = drive.result("read").objects.at(0);
  EXPECT_EQ(text.id, "read-1");
  EXPECT_EQ(text.parent, "parts-1");
  EXPECT_EQ(text.box, read.region) << "a finding without a box is about its crop";
}

TEST(Execution, AsksForAllCropsOfAStepAtOnce) {
  Drive drive({step("det"), crops("cls", {"det"})});
  drive.answer("det", {{found("a", 1, Box{0, 0, 10, 10}), found("b", 1, Box{10, 0, 20, 10}),
                        found("c", 1, Box{20, 0, 30, 10})}});
  EXPECT_THAT(drive.asked(), ElementsAre("cls", "cls", "cls"));
  drive.answer("cls", std::vector<Object>{});
  EXPECT_EQ(drive.result("cls").state, StepState::running);
  EXPECT_EQ(drive.result("cls").inferences, 3u);
}

TEST(Execution, RunsBranchesSideBySide) {
  Drive drive({step("a"), step("b"), crops("of a", {"a"}), crops("of b", {"b"})});
  EXPECT_THAT(drive.asked(), ElementsAre("a", "b"));
  drive.answer("b", {{found("x", 1, Box{0, 0, 9, 9})}});
  EXPECT_THAT(drive.asked(), ElementsAre("of b"));
  drive.answer("of b", {{found("y")}});
  EXPECT_THAT(drive.open(), ElementsAre("a"));
  drive.answer("a", {{found("x", 1, Box{0, 0, 9, 9})}});
  drive.answer("of a", {{found("y")}});
  EXPECT_TRUE(drive.ended());
}

TEST(Execution, ADiamondsEndWaitsForBothSides) {
  Drive drive({step("top"), crops("left", {"top"}), crops("right", {"top"}),
               crops("end", {"left", "right"})});
  drive.answer("top", {{found("x", 1, Box{100, 100, 200, 200})}});
  EXPECT_THAT(drive.asked(), ElementsAre("left", "right"));
  drive.answer("right", {{found("r", 1, Box{50, 50, 60, 60})}});
  EXPECT_THAT(drive.asked(), IsEmpty());
  drive.answer("left", {{found("l", 1, Box{0, 0, 10, 10})}});
  EXPECT_THAT(drive.asked(), ElementsAre("end", "end"));
  EXPECT_EQ(drive.first("end").parent, "left-1") << "parents in the order of depends_on";
  drive.answer("end", {{found("e")}});
  EXPECT_EQ(drive.first("end").region, (Box{150, 150, 160, 160}));
  drive.answer("end", {{found("e")}});
  EXPECT_THAT(parents_of(drive.result("end")), ElementsAre("left-1", "right-1"));
}

TEST(Execution, KeepsTheFindingsOfSeveralParentsApart) {
  Drive drive({step("faces"), step("hands"), crops("cls", {"faces", "hands"})});
  const Box box{0, 0, 10, 10};
  drive.answer("faces", {{found("face", 1, box), found("face", 1, box)}});
  drive.answer("hands", {{found("hand", 1, box)}});
  for (int i = 0; i < 3; ++i) drive.answer("cls", {{found("old"), found("young")}});
  EXPECT_THAT(ids_of(drive.result("cls")),
              ElementsAre("cls-1", "cls-2", "cls-3", "cls-4", "cls-5", "cls-6"));
  EXPECT_THAT(parents_of(drive.result("cls")),
              ElementsAre("faces-1", "faces-1", "faces-2", "faces-2", "hands-1", "hands-1"));
}

TEST(Execution, NumbersObjectsWhateverAnswerCameFirst) {
  Drive drive({step("det"), crops("cls", {"det"})});
  drive.answer("det", {{found("a", 1, Box{0, 0, 10, 10}), found("b", 1, Box{10, 0, 20, 10})}});
  drive.answer("cls", {{found("second")}}, {}, 1);
  drive.answer("cls", {{found("first")}});
  const StepResult& result = drive.result("cls");
  EXPECT_THAT(ids_of(result), ElementsAre("cls-1", "cls-2"));
  EXPECT_THAT(parents_of(result), ElementsAre("det-1", "det-2"));
  EXPECT_EQ(result.objects[0].label, "first");
}

TEST(Execution, CropsAsTheOptionsSay) {
  CropOptions crop;
  crop.padding = 0.5F;
  crop.min_size = 10;
  crop.classes = {"bottle"};
  Drive drive({step("det"), crops("read", {"det"}, crop)});
  drive.answer("det", {{found("bottle", 1, Box{600, 0, 640, 40}),
                        found("can", 1, Box{0, 0, 50, 50}), found("bottle", 1, Box{0, 0, 50, 9})}});
  EXPECT_THAT(drive.asked(), ElementsAre("read"));
  EXPECT_EQ(drive.first("read").region, (Box{580, 0, 640, 60})) << "cut at the image's corner";
  EXPECT_EQ(drive.result("read").passed_over, 2u);
}

TEST(Execution, TellsWhereTheTimeWent) {
  Drive drive({step("det"), crops("cls", {"det"})});
  drive.now += 30ms;
  const Object box = found("x", 1, Box{0, 0, 9, 9});
  drive.answer("det", {{box, box}}, {5ms, 20ms});
  drive.now += 5ms;
  drive.answer("cls", std::vector<Object>{}, {1ms, 3ms});
  drive.now += 4ms;
  drive.answer("cls", std::vector<Object>{}, {4ms, 2ms});
  EXPECT_EQ(drive.result("det").ready, Time(100s));
  EXPECT_EQ(drive.result("det").ended, Time(100s + 30ms));
  EXPECT_EQ(drive.result("det").queued, 5ms);
  EXPECT_EQ(drive.result("det").compute, 20ms);
  EXPECT_EQ(drive.result("cls").ready, Time(100s + 30ms));
  EXPECT_EQ(drive.result("cls").ended, Time(100s + 39ms));
  EXPECT_EQ(drive.result("cls").queued, 4ms) << "the longest wait";
  EXPECT_EQ(drive.result("cls").compute, 3ms) << "the longest batch";
}

TEST(Execution, GivesEachInferenceItsStepsDeadline) {
  Item what = item();
  what.deadline = Time(101s);
  what.predicted = {10ms, 200ms};
  Drive drive({step("det"), crops("cls", {"det"})}, what);
  EXPECT_EQ(drive.first("det").ready, Time(100s));
  EXPECT_EQ(drive.first("det").deadline, Time(101s - 200ms));
  drive.now += 3ms;
  drive.answer("det", {{found("x", 1, Box{0, 0, 9, 9})}});
  EXPECT_EQ(drive.first("cls").ready, Time(100s + 3ms));
  EXPECT_EQ(drive.first("cls").deadline, Time(101s));
}

TEST(Execution, LeavesTheDeadlineToTheTaskWithoutOne) {
  Item what = item();
  what.predicted = {10ms};
  EXPECT_EQ(Drive({step("det")}, what).first("det").deadline, std::nullopt);
  what.predicted.clear();
  what.deadline = Time(101s);
  EXPECT_EQ(Drive({step("det"), step("b", {"det"})}, what).first("det").deadline, Time(101s))
      << "with nothing predicted, the item's";
}

std::string refusal_of(const Item& what) {
  const auto made = Execution::create(plan({step("a")}), what);
  return made ? "" : made.error().message;
}

TEST(Execution, RefusesItemsThatCannotBe) {
  EXPECT_EQ(refusal_of(item()), "");
  EXPECT_EQ(refusal_of(item(0, 480)), "the item's image has no pixels: it is 0 x 480");
  EXPECT_NE(refusal_of(item(640, -1)), "");
  Item what = item();
  what.predicted = {1ms, 2ms};
  EXPECT_EQ(refusal_of(what), "2 predicted times for 1 steps; give one for each, or none");
  what.predicted = {-1ms};
  EXPECT_EQ(refusal_of(what), "a predicted time of -1 ms is not between zero and one day");
  what.predicted = {base::kForever};
  EXPECT_NE(refusal_of(what), "");
}

TEST(StepState, HasAName) {
  EXPECT_STREQ(to_string(StepState::skipped), "skipped");
  EXPECT_STREQ(to_string(StepState::failed), "failed");
}

}  // namespace
}  // namespace sluice::graph
