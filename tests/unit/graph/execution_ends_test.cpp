// What is skipped, what fails, and what goes on in spite of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/execution.hpp"
#include "unit/graph/graph_helpers.hpp"

namespace sluice::graph {
namespace {

using namespace helpers;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(ExecutionEnds, SkipsWhatHasNothingToLookAt) {
  CropOptions crop;
  crop.min_size = 10;
  crop.classes = {"bottle"};
  const std::vector<StepOptions> steps{step("det"), crops("read", {"det"}, crop),
                                       crops("check", {"read"}), step("again", {"read"})};
  Drive empty(steps);
  empty.answer("det", std::vector<Object>{});
  EXPECT_TRUE(empty.ended());
  EXPECT_EQ(empty.result("det").state, StepState::done);
  EXPECT_EQ(empty.result("read").state, StepState::skipped);
  EXPECT_EQ(empty.result("read").reason, "there is nothing to crop: its parents found no objects");
  EXPECT_EQ(empty.result("check").state, StepState::skipped);
  EXPECT_EQ(empty.result("check").reason, "'read' was skipped");
  EXPECT_EQ(empty.result("again").state, StepState::skipped);
  EXPECT_EQ(empty.result("again").ended, empty.now);

  Drive filtered(steps);
  filtered.answer("det", {{found("can", 1, Box{0, 0, 50, 50}), found("can", 1, Box{0, 0, 50, 50}),
                           found("bottle", 1, Box{0, 0, 50, 9})}});
  EXPECT_EQ(filtered.result("read").reason,
            "there is nothing to crop: of 3 objects, 2 of other classes and 1 smaller than 10 px");
}

TEST(ExecutionEnds, RunsOnWhatIsLeftWhenOneParentWasSkipped) {
  Drive drive({step("a"), step("b"), crops("of b", {"b"}), crops("end", {"a", "of b"})});
  drive.answer("b", std::vector<Object>{});
  drive.answer("a", {{found("x", 1, Box{0, 0, 9, 9})}});
  EXPECT_EQ(drive.result("of b").state, StepState::skipped);
  EXPECT_THAT(drive.asked(), ElementsAre("end"));
}

TEST(ExecutionEnds, NamesAllParentsThatWereSkipped) {
  Drive drive({step("a"), crops("b", {"a"}), crops("c", {"a"}), step("end", {"b", "c"})});
  drive.answer("a", std::vector<Object>{});
  EXPECT_EQ(drive.result("end").reason, "'b' and 'c' were skipped");
}

TEST(ExecutionEnds, RunsAStepWhenItsConditionsHold) {
  StepOptions alarm = step("alarm", {"det", "scene"});
  alarm.conditions = {{"det", "person", 0.5F, 2}, {"scene", "night", 0, 1}};
  const std::vector<StepOptions> steps{step("det"), step("scene"), alarm};
  const std::vector<Object> people{found("person", 0.5F), found("person", 0.75F)};

  Drive both(steps);
  both.answer("det", people);
  both.answer("scene", {{found("night")}});
  EXPECT_THAT(both.asked(), ElementsAre("alarm"));
  EXPECT_EQ(both.first("alarm").region, (Box{0, 0, 640, 480}));
  EXPECT_EQ(both.first("alarm").parent, "") << "a look at the image has no parent";

  Drive day(steps);
  day.answer("det", people);
  day.answer("scene", {{found("day")}});
  EXPECT_TRUE(day.ended());
  EXPECT_EQ(day.result("alarm").state, StepState::skipped);
  EXPECT_EQ(day.result("alarm").reason, "'scene' found 0 'night', and at least 1 must there be");
}

TEST(ExecutionEnds, ASkippedParentFoundNothingAsFarAsConditionsGo) {
  StepOptions end = step("end", {"a", "b"});
  end.conditions = {{"b", "", 0, 1}};
  Drive drive({step("a"), crops("b", {"a"}, {0, 100, {}, 0}), end});
  drive.answer("a", {{found("small", 1, Box{0, 0, 9, 9})}});
  EXPECT_EQ(drive.result("end").reason, "'b' found 0 objects, and at least 1 must there be");
}

TEST(ExecutionEnds, AFailureTakesItsDescendantsAlongAndNothingElse) {
  Drive drive({step("det"), crops("cls", {"det"}), step("end", {"cls", "other"}), step("other"),
               step("good", {"other"})});
  drive.fail("det", "out of memory");
  EXPECT_EQ(drive.result("det").state, StepState::failed);
  EXPECT_EQ(drive.result("det").reason, "out of memory");
  EXPECT_EQ(drive.result("cls").state, StepState::failed);
  EXPECT_EQ(drive.result("cls").reason, "step 'det' failed: out of memory");
  EXPECT_EQ(drive.result("end").state, StepState::waiting) << "for its other parent";
  drive.answer("other", {{found("x")}});
  EXPECT_EQ(drive.result("end").state, StepState::failed);
  EXPECT_EQ(drive.result("end").reason, "step 'det' failed: out of memory")
      << "where it began, not the step between";
  drive.answer("good", {{found("y")}});
  EXPECT_TRUE(drive.ended());
  EXPECT_EQ(drive.result("good").state, StepState::done);
}

TEST(ExecutionEnds, AnIncompleteStepFailsAndKeepsWhatItFound) {
  Drive drive({step("det"), crops("cls", {"det"}), step("end", {"cls"})});
  const Object box = found("x", 1, Box{0, 0, 9, 9});
  drive.answer("det", {{box, box, box}});
  drive.fail("cls", "dropped as expired");
  EXPECT_EQ(drive.result("cls").state, StepState::running) << "the others may still come";
  drive.answer("cls", {{found("good")}});
  drive.fail("cls", "something else");
  EXPECT_TRUE(drive.ended());
  EXPECT_EQ(drive.result("cls").state, StepState::failed);
  EXPECT_EQ(drive.result("cls").reason, "2 of 3 inferences failed, the first: dropped as expired");
  EXPECT_THAT(ids_of(drive.result("cls")), ElementsAre("cls-1"));
  EXPECT_THAT(parents_of(drive.result("cls")), ElementsAre("det-2"));
  EXPECT_EQ(drive.result("end").state, StepState::failed);
}

TEST(ExecutionEnds, AFindingThatCannotBeIsAFailure) {
  Drive drive({step("det")});
  drive.answer("det", {{found("x", 1, Box{5, 0, 1, 9})}});
  EXPECT_EQ(drive.result("det").state, StepState::failed);
  EXPECT_EQ(drive.result("det").reason, "the model gave 'x' a box that is none: (5, 0) to (1, 9)");
  EXPECT_THAT(drive.result("det").objects, IsEmpty());
}

TEST(ExecutionEnds, AnErrorWithoutWordsIsStillAnError) {
  Drive drive({step("det")});
  drive.fail("det", "");
  EXPECT_EQ(drive.result("det").state, StepState::failed);
}

}  // namespace
}  // namespace sluice::graph
