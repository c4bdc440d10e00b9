#include "rules/verdict.hpp"

#include <gtest/gtest.h>

namespace sluice::rules {
namespace {

TEST(Verdict, ExplainsItselfInOneSentence) {
  EXPECT_EQ(explain({Decision::ko, "caps", "found 2 objects, expected at most 1", {"a-1", "a-2"}}),
            "KO by rule \"caps\": found 2 objects, expected at most 1 (a-1, a-2).");
  EXPECT_EQ(explain({Decision::no_decision, "caps", "found no object to judge", {}}),
            "NO_DECISION by rule \"caps\": found no object to judge.");
}

TEST(Verdict, CutsLongListsOfObjects) {
  const std::vector<std::string> many(11, "a");
  EXPECT_EQ(explain({Decision::ok, "r", "x", many}),
            "OK by rule \"r\": x (a, a, a, a, a, a, a, a and 3 more).");
}

TEST(Verdict, DecisionsHaveNames) {
  for (const Decision decision : {Decision::ok, Decision::ko, Decision::no_decision}) {
    EXPECT_EQ(decision_from(to_string(decision)), decision);
  }
  EXPECT_EQ(to_string(Decision::no_decision), "NO_DECISION");
  EXPECT_EQ(decision_from("ok"), std::nullopt);
}

}  // namespace
}  // namespace sluice::rules
