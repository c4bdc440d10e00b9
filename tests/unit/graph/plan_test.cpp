#include "graph/plan.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/graph/graph_helpers.hpp"

namespace sluice::graph {
namespace {

using namespace helpers;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> order_of(const std::vector<StepOptions>& steps) {
  std::vector<std::string> names;
  const auto made = plan(steps);
  for (const Step& planned : made->steps()) names.push_back(planned.options.name);
  return names;
}

std::string problem_of(const std::vector<StepOptions>& steps) {
  const auto made = Plan::create(steps);
  if (made) return {};
  EXPECT_EQ(made.error().code, base::ErrorCode::invalid);
  return made.error().message;
}

TEST(Plan, KeepsTheGivenOrderWhereItCan) {
  EXPECT_THAT(order_of({step("c"), step("a"), step("b", {"c"})}), ElementsAre("c", "a", "b"));
}

TEST(Plan, PutsParentsBeforeTheirChildren) {
  EXPECT_THAT(
      order_of({step("d", {"b", "c"}), step("x"), step("c", {"a"}), step("b", {"a"}), step("a")}),
      ElementsAre("x", "a", "c", "b", "d"));
}

TEST(Plan, LinksParentsAndChildrenByTheirPlaces) {
  const auto made = plan({step("d", {"c", "b"}), step("b", {"a"}), step("c", {"a"}), step("a")});
  ASSERT_EQ(made->steps().size(), 4u);
  EXPECT_THAT(made->steps()[0].parents, IsEmpty());
  EXPECT_THAT(made->steps()[0].children, ElementsAre(1, 2));
  EXPECT_THAT(made->steps()[3].parents, ElementsAre(2, 1)) << "in the order of depends_on";
  EXPECT_THAT(made->steps()[3].children, IsEmpty());
}

TEST(Plan, RefusesNoSteps) {
  EXPECT_EQ(problem_of({}), "steps: at least one is needed");
}

TEST(Plan, RefusesNamesThatAreEmptyOrTaken) {
  EXPECT_EQ(problem_of({step("")}), "steps[0].name: must not be empty");
  EXPECT_EQ(problem_of({step("a"), step("b"), step("a")}),
            "steps[2]: the name 'a' is taken by steps[0]");
}

TEST(Plan, RefusesUnknownAndRepeatedParents) {
  EXPECT_EQ(problem_of({step("detect"), step("read", {"detct"})}),
            "steps[1] 'read'.depends_on: there is no step 'detct'; did you mean \"detect\"?");
  EXPECT_EQ(problem_of({step("a"), step("b", {"a", "a"})}),
            "steps[1] 'b'.depends_on: 'a' is named twice");
}

TEST(Plan, ShowsTheCycle) {
  const std::string rest =
      " depend on each other in a circle, so none can be first; take one out of the depends_on "
      "before it";
  EXPECT_EQ(problem_of({step("a", {"a"})}), "steps: a -> a" + rest);
  EXPECT_EQ(problem_of({step("a", {"b"}), step("b", {"a"})}), "steps: a -> b -> a" + rest);
  // Neither what leads to the cycle nor what hangs off it belongs to it.
  EXPECT_EQ(problem_of({step("after", {"c", "root"}), step("root"), step("b", {"c"}),
                        step("c", {"root", "d"}), step("d", {"b"})}),
            "steps: b -> c -> d -> b" + rest);
}

TEST(Plan, RefusesCropsWithoutParentsAndBadCrops) {
  EXPECT_EQ(problem_of({crops("a", {})}),
            "steps[0] 'a': crop: there are no objects to crop without a parent; name one in "
            "depends_on, or leave crop out");
  CropOptions padded;
  padded.padding = -0.5F;
  EXPECT_EQ(problem_of({step("a"), crops("b", {"a"}, padded)}),
            "steps[1] 'b': crop.padding: -0.5 is not between 0 and 10");
  padded.padding = std::nanf("");
  EXPECT_NE(problem_of({step("a"), crops("b", {"a"}, padded)}), "");
  CropOptions small;
  small.min_size = 0;
  EXPECT_EQ(problem_of({step("a"), crops("b", {"a"}, small)}),
            "steps[1] 'b': crop.min_size: 0 is less than 1 pixel");
}

TEST(Plan, RefusesConditionsThatCannotBeMeant) {
  StepOptions conditional = step("b", {"a"});
  conditional.conditions = {{"root", "", 0, 1}};
  EXPECT_EQ(problem_of({step("root"), step("a", {"root"}), conditional}),
            "steps[2] 'b': condition on 'root', which is no parent of this step; add it to "
            "depends_on, or name one that is there");
  conditional.conditions = {{"a", "", 0, 0}};
  EXPECT_EQ(problem_of({step("a"), conditional}),
            "steps[1] 'b': condition on 'a': min_count must be at least 1");
  conditional.conditions = {{"a", "", std::nanf(""), 1}};
  EXPECT_EQ(problem_of({step("a"), conditional}),
            "steps[1] 'b': condition on 'a': min_score must be a number");
}

}  // namespace
}  // namespace sluice::graph
