#include "base/text.hpp"

#include <gtest/gtest.h>

namespace sluice::base {
namespace {

const std::vector<std::string> kKeys{"name", "model", "priority", "latency_budget", "queue"};

TEST(Nearest, FindsSlips) {
  EXPECT_EQ(nearest("priorty", kKeys), "priority") << "a letter is missing";
  EXPECT_EQ(nearest("quuee", kKeys), "queue") << "two are swapped";
  EXPECT_EQ(nearest("Model", kKeys), "model") << "case";
  EXPECT_EQ(nearest("latency-budget", kKeys), "latency_budget");
}

TEST(Nearest, FindsPartsOfNames) {
  EXPECT_EQ(nearest("budget", kKeys), "latency_budget");
}

TEST(Nearest, DoesNotGuessWildly) {
  EXPECT_EQ(nearest("frobnicate", kKeys), std::nullopt);
  EXPECT_EQ(nearest("x", kKeys), std::nullopt);
  EXPECT_EQ(nearest("", kKeys), std::nullopt);
  EXPECT_EQ(nearest(std::string(1000, 'a'), kKeys), std::nullopt);
}

TEST(Suggestion, ListsWhatIsKnownWhereNothingIsNear) {
  EXPECT_EQ(suggestion("modell", "keys", kKeys), "; did you mean \"model\"?");
  EXPECT_EQ(suggestion("zzz", "keys", kKeys),
            "; known keys: name, model, priority, latency_budget, queue");
  EXPECT_EQ(suggestion("zzz", "keys", {}), "; there are no keys");
}

TEST(Wrap, BreaksAtSpacesAndIndents) {
  EXPECT_EQ(wrap("one two three four", 9, "  "), "one two\n  three\n  four");
  EXPECT_EQ(wrap("unbreakable", 3, ""), "unbreakable");
  EXPECT_EQ(wrap("", 10, ""), "");
}

}  // namespace
}  // namespace sluice::base
