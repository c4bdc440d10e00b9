#include "rules/item_rule.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kPolicies = {NoDecision::propagate, NoDecision::as_ko, NoDecision::ignore,
                            NoDecision::keep};

/// Cameras a, b, c, ... with the decisions: O for OK, K for KO, N for NO_DECISION.
std::vector<CameraDecision> cameras(std::string_view decisions) {
  std::vector<CameraDecision> all;
  for (const char letter : decisions) {
    const std::string camera(1, static_cast<char>('a' + all.size()));
    const Decision decision = letter == 'O'   ? Decision::ok
                              : letter == 'K' ? Decision::ko
                                              : Decision::no_decision;
    all.push_back({camera, {decision, "r", "seen by " + camera, {camera + "-1"}}});
  }
  return all;
}

char letter_of(Decision decision) {
  return decision == Decision::ok ? 'O' : decision == Decision::ko ? 'K' : 'N';
}

struct ItemCase {
  std::string_view cameras;
  std::string_view decisions;  ///< under propagate, as_ko, ignore, keep
};

template <class Test>
void expect_items(const Test& test, const std::vector<ItemCase>& cases) {
  for (const ItemCase& one : cases) {
    std::string decisions;
    for (const NoDecision policy : kPolicies) {
      const ItemRule rule{{}, policy, test};
      decisions += letter_of(evaluate(rule, cameras(one.cameras)).decision);
    }
    EXPECT_EQ(decisions, one.decisions) << "cameras " << one.cameras;
  }
}

TEST(MinThresholdKo, CountsKo) {
  expect_items(MinThresholdKo{2}, {{"", "NNNN"},
                                   {"O", "OOOO"},
                                   {"OOO", "OOOO"},
                                   {"KOO", "OOOO"},
                                   {"KOK", "KKKK"},
                                   {"KKK", "KKKK"},
                                   {"KKN", "NKKK"},
                                   {"KN", "NKOO"},
                                   {"NN", "NKNO"},
                                   {"N", "NONO"}});
}

TEST(MinThreshold, CountsTheExpected) {
  expect_items(MinThreshold{Decision::ok, 2}, {{"", "NNNN"},
                                               {"OKO", "OOOO"},
                                               {"OKK", "KKKK"},
                                               {"OON", "NOOO"},
                                               {"ON", "NKKK"},
                                               {"NN", "NKNK"}});
  expect_items(MinThreshold{Decision::ko, 1},
               {{"", "NNNN"}, {"OO", "KKKK"}, {"OK", "OOOO"}, {"ON", "NOKK"}, {"N", "NONK"}});
}

TEST(MinThresholdRatio, HasNoDecisionInTheDenominatorUnlessIgnored) {
  expect_items(MinThresholdRatio{Decision::ok, 0.5}, {{"", "NNNN"},
                                                      {"OK", "OOOO"},
                                                      {"OKK", "KKKK"},
                                                      {"OON", "NOOO"},
                                                      {"ONN", "NKOK"},
                                                      {"N", "NKNK"}});
  expect_items(MinThresholdRatio{Decision::ko, 1}, {{"KK", "OOOO"}, {"KN", "NOOK"}});
  expect_items(MinThresholdRatio{Decision::ok, 0}, {{"", "NNNN"}, {"KK", "OOOO"}});
}

TEST(MinThresholdRatio, IsExactWhereTheRatioIs) {
  for (const auto& [decisions, ratio] :
       {std::pair("OOOKKKKKKK", 0.3), {"OOOOOOKKKK", 0.6}, {"OOOOOOOKKK", 0.7}}) {
    const ItemRule rule{{}, NoDecision::keep, MinThresholdRatio{Decision::ok, ratio}};
    EXPECT_EQ(evaluate(rule, cameras(decisions)).decision, Decision::ok) << ratio;
  }
}

TEST(AllAndAny, FollowThreeValuedLogicWhereNoDecisionIsKept) {
  expect_items(AllCameras{}, {{"", "NNNN"},
                              {"OO", "OOOO"},
                              {"OK", "KKKK"},
                              {"ON", "NKON"},
                              {"KN", "NKKK"},
                              {"N", "NKNN"}});
  expect_items(AnyCamera{}, {{"", "NNNN"},
                             {"KK", "KKKK"},
                             {"OK", "OOOO"},
                             {"ON", "NOOO"},
                             {"KN", "NKKN"},
                             {"N", "NKNN"}});
  expect_items(AllCameras{Decision::ko}, {{"KK", "OOOO"}, {"OK", "KKKK"}, {"KN", "NOON"}});
  expect_items(AnyCamera{Decision::ko}, {{"OO", "KKKK"}, {"OK", "OOOO"}, {"ON", "NOKN"}});
}

TEST(Weighted, ComparesTheShareOfTheWeight) {
  const Weighted test{{{"a", 3}, {"c", 0}}, 0.75};  // b weighs 1
  expect_items(test, {{"OKK", "OOOO"},
                      {"KOO", "KKKK"},
                      {"ONK", "NOOO"},
                      {"NOO", "NKOK"},
                      {"NNO", "NKNK"},
                      {"OK", "NOOO"}});  // c is missing, but weighs nothing
  expect_items(test, {{"", "NKNK"}});    // a and c are missing
}

// In doubles 0.1 + 0.2 + 0.3 is a little more than twice 0.3.
TEST(Weighted, AShareThatIsMetExactlyIsEnough) {
  const Weighted test{{{"a", 0.1}, {"b", 0.2}, {"c", 0.3}}, 0.5};
  expect_items(test, {{"KKO", "OOOO"}, {"OOK", "OOOO"}, {"OKK", "KKKK"}});
}

TEST(PerCamera, EachNamedOneHasItsOwnExpectation) {
  const PerCamera test{{{"a", Decision::ok}, {"c", Decision::ko}}};
  expect_items(test, {{"OOK", "OOOO"},
                      {"OKK", "OOOO"},
                      {"ONK", "OOOO"},
                      {"KOK", "KKKK"},
                      {"OOO", "KKKK"},
                      {"OON", "NOON"},
                      {"NOO", "NKKK"},
                      {"NON", "NKNN"},
                      {"O", "NOON"}});  // c is missing
}

TEST(ItemRule, ExplainsItselfWithTheCamerasBehindIt) {
  EXPECT_EQ(explain(evaluate({{}, NoDecision::keep, MinThresholdKo{2}}, cameras("KOK"))),
            "KO by rule \"min_threshold_ko\": 2 of 3 cameras KO, KO from 2; camera 'a': seen by a; "
            "camera 'c': seen by c (a-1, c-1).");
  EXPECT_EQ(explain(evaluate({"most", NoDecision::keep, MinThresholdRatio{Decision::ok, 0.7}},
                             cameras("OK"))),
            "KO by rule \"most\": 1 of 2 cameras OK, expected a share of at least 0.7; camera 'b': "
            "seen by b (b-1).");
  EXPECT_EQ(
      explain(evaluate({"most", NoDecision::propagate, AllCameras{}}, cameras("ON"))),
      "NO_DECISION by rule \"most\": 1 of 2 cameras NO_DECISION; camera 'b': seen by b (b-1).");
  EXPECT_EQ(explain(evaluate({"most", NoDecision::propagate, AllCameras{}}, {})),
            "NO_DECISION by rule \"most\": no camera gave a verdict.");
  EXPECT_EQ(explain(evaluate({{}, NoDecision::keep, Weighted{{{"a", 3}}, 0.8}}, cameras("OK"))),
            "KO by rule \"weighted\": weight 3 of 4 OK, expected a share of at least 0.8; camera "
            "'b': seen by b (b-1).");
}

std::string item_refusal(const ItemRule& rule) {
  const std::vector<std::string> known{"front", "back"};
  const auto checked = check(rule, known);
  if (checked) return "accepted";
  EXPECT_EQ(checked.error().code, base::ErrorCode::invalid);
  return checked.error().message;
}

template <class Test>
std::string item_refusal_of(Test test) {
  return item_refusal(ItemRule{{}, NoDecision::keep, std::move(test)});
}

TEST(ItemRuleCheck, AcceptsWhatMakesSense) {
  EXPECT_EQ(item_refusal_of(MinThresholdKo{2}), "accepted");
  EXPECT_EQ(item_refusal_of(MinThreshold{Decision::ko, 1}), "accepted");
  EXPECT_EQ(item_refusal_of(MinThresholdRatio{Decision::ok, 0.5}), "accepted");
  EXPECT_EQ(item_refusal_of(AllCameras{}), "accepted");
  EXPECT_EQ(item_refusal_of(AnyCamera{}), "accepted");
  EXPECT_EQ(item_refusal_of(Weighted{{{"front", 0}}, 1}), "accepted");
  EXPECT_EQ(item_refusal_of(PerCamera{{{"back", Decision::ko}}}), "accepted");
}

TEST(ItemRuleCheck, NamesTheWrongValue) {
  EXPECT_EQ(item_refusal({"two bad", NoDecision::keep, MinThresholdKo{0}}),
            "item rule 'two bad': threshold is 0, not within 1..2, the number of cameras with "
            "rules");
  EXPECT_THAT(item_refusal_of(MinThresholdKo{3}), HasSubstr("threshold is 3"));
  EXPECT_THAT(item_refusal_of(MinThreshold{Decision::ok, 3}), HasSubstr("threshold is 3"));
  EXPECT_THAT(item_refusal_of(MinThresholdRatio{Decision::ok, 1.5}), HasSubstr("threshold is 1.5"));
  EXPECT_THAT(item_refusal_of(MinThresholdRatio{Decision::ok, std::nan("")}),
              HasSubstr("threshold is nan"));
  EXPECT_THAT(item_refusal_of(Weighted{{}, -0.1}), HasSubstr("threshold is -0.1"));
  EXPECT_THAT(item_refusal_of(Weighted{{{"back", -1}}, 0.5}), HasSubstr("camera 'back' is -1"));
  EXPECT_THAT(item_refusal_of(Weighted{{{"back", 0}, {"front", 0}}, 0.5}),
              HasSubstr("no camera has a weight"));
  EXPECT_THAT(item_refusal_of(Weighted{{{"bakc", 1}}, 0.5}),
              HasSubstr("unknown camera 'bakc'; did you mean \"back\"?"));
  EXPECT_THAT(item_refusal_of(PerCamera{}), HasSubstr("expected is empty"));
  EXPECT_THAT(item_refusal_of(PerCamera{{{"top", Decision::ok}}}),
              HasSubstr("unknown camera 'top'"));
  EXPECT_THAT(item_refusal_of(MinThreshold{Decision::no_decision, 1}), HasSubstr("OK or KO"));
  EXPECT_THAT(item_refusal_of(MinThresholdRatio{Decision::no_decision, 1}), HasSubstr("OK or KO"));
  EXPECT_THAT(item_refusal_of(AllCameras{Decision::no_decision}), HasSubstr("OK or KO"));
  EXPECT_THAT(item_refusal_of(AnyCamera{Decision::no_decision}), HasSubstr("OK or KO"));
  EXPECT_THAT(item_refusal_of(PerCamera{{{"back", Decision::no_decision}}}), HasSubstr("OK or KO"));
}

}  // namespace
}  // namespace sluice::rules
