#include "rules/camera.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/rules/found.hpp"

namespace sluice::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

CameraRule named(std::string name, CameraRule rule) {
  rule.name = std::move(name);
  return rule;
}

// "cap" decides on the last label, "few" on their number: with_labels() can make the four
// combinations and, empty, NO_DECISION with OK.
CameraOptions two_rules(Combination combine, NoDecision no_decision = NoDecision::keep) {
  return {{named("cap", rule_of(ExpectedLabel{{"cap"}})), named("few", rule_of(MaxObjects{1}))},
          combine,
          no_decision};
}

Verdict judged(const CameraOptions& options, const std::vector<std::string>& labels) {
  const Objects objects = with_labels(labels);
  return CameraJudge(options).judge(Frame{objects, {}, {}, kToday}).verdict;
}

TEST(CameraJudge, AllRulesMustSayOk) {
  const CameraOptions all = two_rules(Combination::all);
  EXPECT_EQ(judged(all, {"cap"}).decision, Decision::ok);
  EXPECT_EQ(judged(all, {"cork"}).decision, Decision::ko);
  EXPECT_EQ(judged(all, {"cap", "cap"}).decision, Decision::ko);
  EXPECT_EQ(judged(all, {"cork", "cork"}).decision, Decision::ko);
  EXPECT_EQ(judged(all, {}).decision, Decision::no_decision);
}

TEST(CameraJudge, OrOneOfThem) {
  const CameraOptions any = two_rules(Combination::any);
  EXPECT_EQ(judged(any, {"cap"}).decision, Decision::ok);
  EXPECT_EQ(judged(any, {"cork"}).decision, Decision::ok);
  EXPECT_EQ(judged(any, {"cap", "cap"}).decision, Decision::ok);
  EXPECT_EQ(judged(any, {"cork", "cork"}).decision, Decision::ko);
  EXPECT_EQ(judged(any, {}).decision, Decision::ok);
}

TEST(CameraJudge, HasAPolicyForNoDecision) {
  EXPECT_EQ(judged(two_rules(Combination::any, NoDecision::propagate), {}).decision,
            Decision::no_decision);
  EXPECT_EQ(judged(two_rules(Combination::all, NoDecision::as_ko), {}).decision, Decision::ko);
  EXPECT_EQ(judged(two_rules(Combination::all, NoDecision::ignore), {}).decision, Decision::ok);
}

TEST(CameraJudge, NamesTheRulesBehindTheDecision) {
  EXPECT_EQ(explain(judged(two_rules(Combination::all), {"cork"})),
            "KO by rule \"cap\": found label 'cork' where 'cap' is expected (d-1).");
  EXPECT_EQ(explain(judged(two_rules(Combination::all), {"cork", "cork"})),
            "KO by rule \"cap, few\": found label 'cork' where 'cap' is expected of the last; "
            "found 2 objects, expected at most 1 (d-2, d-1).");
  EXPECT_EQ(explain(judged(two_rules(Combination::all), {})),
            "NO_DECISION by rule \"cap\": found no label to judge.");
}

TEST(CameraJudge, KeepsEachRulesVerdictToo) {
  const Objects objects = with_labels({"cork"});
  const auto result =
      CameraJudge(two_rules(Combination::all)).judge(Frame{objects, {}, {}, kToday});
  ASSERT_EQ(result.rules.size(), 2U);
  EXPECT_EQ(result.rules[0].decision, Decision::ko);
  EXPECT_EQ(result.rules[1].decision, Decision::ok);
  EXPECT_EQ(result.rules[1].rule, "few");
}

// Each rule has its own memory, and its own parameters.
TEST(CameraJudge, TwoLinesDoNotMix) {
  const LineCrossing near{.from = {100, 0}, .to = {100, 200}};
  const LineCrossing far{.from = {150, 0}, .to = {150, 200}};
  CameraJudge judge({{named("near", rule_of(near)), named("far", rule_of(far))}});
  std::vector<std::string> crossed;
  for (const float x : {90.F, 120.F, 160.F}) {
    const Objects objects{boxed("a-1", "car", x, 50)};
    const Verdict verdict = judge.judge(Frame{objects, {}, {}, kToday}).verdict;
    crossed.push_back(verdict.decision == Decision::ko ? verdict.rule : "");
  }
  EXPECT_THAT(crossed, ElementsAre("", "near", "far"));
}

TEST(CameraCheck, RulesAreThereAndHaveNamesOfTheirOwn) {
  CameraOptions options;
  ASSERT_FALSE(check(options, {}));
  EXPECT_THAT(check(options, {}).error().message, HasSubstr("rules is empty"));
  options.rules = {rule_of(MaxObjects{1}), rule_of(MaxObjects{2})};
  ASSERT_FALSE(check(options, {}));
  EXPECT_THAT(check(options, {}).error().message,
              HasSubstr("two rules are named 'max_nb_objects'"));
  options.rules[1].name = "second";
  EXPECT_TRUE(check(options, {}));
  options.rules[1].test = MaxObjects{-2};
  ASSERT_FALSE(check(options, {}));
  EXPECT_THAT(check(options, {}).error().message, HasSubstr("rule 'second': max is -2"));
}

}  // namespace
}  // namespace sluice::rules
