#include "graph/condition.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/graph/graph_helpers.hpp"

namespace sluice::graph {
namespace {

using namespace helpers;

const std::vector<Object> kFound{found("cat", 0.5F), found("dog", 0.9F), found("cat", 0.25F)};

TEST(Condition, CountsObjects) {
  EXPECT_EQ(unmet({"det", "", 0, 3}, kFound), std::nullopt);
  EXPECT_EQ(unmet({"det", "", 0, 4}, kFound),
            "'det' found 3 objects, and at least 4 must there be");
  EXPECT_EQ(unmet({"det", "", 0, 1}, {}), "'det' found 0 objects, and at least 1 must there be");
}

TEST(Condition, CountsThoseWithTheLabelAndTheScore) {
  EXPECT_EQ(unmet({"det", "cat", 0, 2}, kFound), std::nullopt);
  EXPECT_EQ(unmet({"det", "cow", 0, 1}, kFound),
            "'det' found 0 'cow', and at least 1 must there be");
  EXPECT_EQ(unmet({"det", "cat", 0.5F, 1}, kFound), std::nullopt) << "exactly the score";
  EXPECT_EQ(unmet({"det", "cat", 0.5F, 2}, kFound),
            "'det' found 1 'cat' with a score of at least 0.5, and at least 2 must there be");
  EXPECT_EQ(unmet({"det", "", 0.5F, 2}, kFound), std::nullopt);
}

}  // namespace
}  // namespace sluice::graph
