#include "graph/deadlines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "unit/graph/graph_helpers.hpp"

namespace sluice::graph {
namespace {

using namespace helpers;
using base::Duration;
using testing::Each;
using testing::ElementsAre;

TEST(StepDeadlines, LeaveTimeForWhatComesAfter) {
  const auto series = plan({step("a"), step("b", {"a"}), step("c", {"b"})});
  EXPECT_THAT(step_deadlines(*series, std::vector<Duration>{1ms, 20ms, 300ms}, Time(1000ms)),
              ElementsAre(Time(680ms), Time(700ms), Time(1000ms)));
}

TEST(StepDeadlines, FollowTheLongestPath) {
  const auto diamond =
      plan({step("a"), step("b", {"a"}), step("c", {"a"}), step("d", {"b", "c"}), step("alone")});
  EXPECT_THAT(
      step_deadlines(*diamond, std::vector<Duration>{7ms, 10ms, 30ms, 5ms, 90ms}, Time(100ms)),
      ElementsAre(Time(65ms), Time(95ms), Time(95ms), Time(100ms), Time(100ms)));
}

TEST(StepDeadlines, MayBePastFromTheBeginning) {
  const auto series = plan({step("a"), step("b", {"a"})});
  EXPECT_THAT(step_deadlines(*series, std::vector<Duration>{1ms, 24h}, Time(1s)),
              ElementsAre(Time(1s - 24h), Time(1s)));
}

TEST(StepDeadlines, AreNeverWithoutOne) {
  const auto series = plan({step("a"), step("b", {"a"})});
  EXPECT_THAT(step_deadlines(*series, std::vector<Duration>{1ms, 2ms}, base::kNever),
              Each(base::kNever));
}

/// The longest predicted time of a path that begins behind the step, path by path.
Duration longest_after(const Plan& graph, const std::vector<Duration>& predicted,
                       std::size_t from) {
  Duration longest{0};
  for (const std::size_t child : graph.steps()[from].children) {
    longest = std::max(longest, predicted[child] + longest_after(graph, predicted, child));
  }
  return longest;
}

RC_GTEST_PROP(StepDeadlines, AreWhatTheLongestOfAllPathsLeaves, ()) {
  const auto count = *rc::gen::inRange<std::size_t>(1, 9);
  std::vector<StepOptions> steps;
  std::vector<Duration> predicted;
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::string> parents;
    for (std::size_t parent = 0; parent < i; ++parent) {
      if (*rc::gen::inRange(0, 3) == 0) parents.push_back(std::to_string(parent));
    }
    steps.push_back(step(std::to_string(i), std::move(parents)));
    predicted.emplace_back(*rc::gen::inRange(0, 1000));
  }
  const auto graph = plan(steps);
  const Time deadline(10us);
  const auto deadlines = step_deadlines(*graph, predicted, deadline);
  for (std::size_t i = 0; i < count; ++i) {
    RC_ASSERT(deadlines[i] == deadline - longest_after(*graph, predicted, i));
  }
}

}  // namespace
}  // namespace sluice::graph
