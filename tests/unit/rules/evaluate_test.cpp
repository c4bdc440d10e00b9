#include "rules/evaluate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/rules/found.hpp"

namespace sluice::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Decision kOk = Decision::ok;
constexpr Decision kKo = Decision::ko;
constexpr Decision kNone = Decision::no_decision;

// What the label rules of other systems decide, case by case.
struct LabelCase {
  std::vector<std::string> found;
  Decision decision;
  std::vector<std::string> objects;
};

void expect_cases(const CameraRule& rule, const std::vector<LabelCase>& cases) {
  for (const LabelCase& one : cases) {
    const Verdict verdict = verdict_on(rule, with_labels(one.found));
    const std::string what = testing::PrintToString(one.found);
    EXPECT_EQ(verdict.decision, one.decision) << what << ": " << explain(verdict);
    EXPECT_EQ(verdict.objects, one.objects) << what << ": " << explain(verdict);
    EXPECT_EQ(verdict.rule, kind(rule));
  }
}

TEST(ExpectedLabel, TheLastLabelDecides) {
  expect_cases(rule_of(ExpectedLabel{{"cap", "lid"}}), {
                                                           {{}, kNone, {}},
                                                           {{""}, kNone, {}},
                                                           {{"cap"}, kOk, {"d-1"}},
                                                           {{"lid"}, kOk, {"d-1"}},
                                                           {{"cork"}, kKo, {"d-1"}},
                                                           {{"cork", "cap"}, kOk, {"d-2"}},
                                                           {{"cap", "cork"}, kKo, {"d-2"}},
                                                           {{"cap", ""}, kOk, {"d-1"}},
                                                       });
}

TEST(ExpectedLabel, OrEachOrOneDoes) {
  expect_cases(rule_of(ExpectedLabel{{"cap"}, Match::all}),
               {
                   {{}, kNone, {}},
                   {{"cap", "cap"}, kOk, {"d-1", "d-2"}},
                   {{"cap", "cork", "cap"}, kKo, {"d-2"}},
               });
  expect_cases(rule_of(ExpectedLabel{{"cap"}, Match::any}), {
                                                                {{}, kNone, {}},
                                                                {{"cork", "cap"}, kOk, {"d-2"}},
                                                                {{"x", "y"}, kKo, {"d-1", "d-2"}},
                                                            });
}

TEST(UnexpectedLabel, AnyOfThemIsKo) {
  expect_cases(rule_of(UnexpectedLabel{{"hole", "tear"}}),
               {
                   {{}, kOk, {}},
                   {{""}, kOk, {}},
                   {{"cap"}, kOk, {"d-1"}},
                   {{"hole"}, kKo, {"d-1"}},
                   {{"cap", "tear", "hole", "cap"}, kKo, {"d-2", "d-3"}},
               });
}

TEST(MinObjects, CountsTheSelectedLabels) {
  expect_cases(rule_of(MinObjects{2}, {"", {"cap", "lid"}}),
               {
                   {{}, kNone, {}},
                   {{"cork"}, kKo, {}},
                   {{"cap"}, kKo, {"d-1"}},
                   {{"cap", "cork", "lid"}, kOk, {"d-1", "d-3"}},
                   {{"cap", "cap", "cap"}, kOk, {"d-1", "d-2", "d-3"}},
               });
  expect_cases(rule_of(MinObjects{1}), {{{}, kNone, {}}, {{""}, kOk, {"d-1"}}});
}

TEST(MaxObjects, MoreThanTheMaximumIsKo) {
  expect_cases(rule_of(MaxObjects{1}, {"", {"cap"}}), {
                                                          {{}, kOk, {}},
                                                          {{"cork", "cork"}, kOk, {}},
                                                          {{"cap"}, kOk, {"d-1"}},
                                                          {{"cap", "cap"}, kKo, {"d-1", "d-2"}},
                                                      });
  expect_cases(rule_of(MaxObjects{0}), {{{}, kOk, {}}, {{"x"}, kKo, {"d-1"}}});
}

TEST(WhenEmpty, ReplacesTheUsualDecision) {
  const ZoneCount zone{{{0, 0}, {9, 0}, {0, 9}}, Anchor::centre, 1, {}};
  for (CameraRule rule :
       {rule_of(ExpectedLabel{{"cap"}}), rule_of(UnexpectedLabel{{"cap"}}), rule_of(MinObjects{1}),
        rule_of(MaxObjects{1}), rule_of(ScoreRange{{0.5, 1}}), rule_of(zone)}) {
    for (const Decision decision : {kOk, kKo, kNone}) {
      rule.when_empty = decision;
      EXPECT_EQ(verdict_on(rule, {}).decision, decision) << kind(rule);
    }
  }
}

TEST(Selection, LooksAtOneStepOnly) {
  Objects objects = with_labels({"cap", "cork"});
  objects[1].step = "classify";
  const CameraRule rule = rule_of(ExpectedLabel{{"cap"}}, {"detect", {}});
  EXPECT_EQ(verdict_on(rule, objects).decision, kOk);
  objects.erase(objects.begin());
  EXPECT_EQ(verdict_on(rule, objects).decision, kNone);
}

TEST(FailedStep, GivesNoDecisionToTheRulesThatLookAtIt) {
  const std::vector<FailedStep> failed{{"classify", "out of memory"}};
  const Objects objects = with_labels({"cap"});
  const Verdict verdict = verdict_on(rule_of(UnexpectedLabel{{"x"}}), objects, failed);
  EXPECT_EQ(verdict.decision, kNone);
  EXPECT_EQ(explain(verdict),
            "NO_DECISION by rule \"unexpected_label\": step 'classify' failed: out of memory.");
  EXPECT_EQ(verdict_on(rule_of(UnexpectedLabel{{"x"}}, {"detect", {}}), objects, failed).decision,
            kOk);
}

TEST(TextMatch, LooksAtTexts) {
  const CameraRule all = rule_of(TextMatch{*Pattern::compile("^LOT \\d{4}$"), Match::all});
  const CameraRule any = rule_of(TextMatch{*Pattern::compile("^LOT \\d{4}$"), Match::any});
  EXPECT_EQ(verdict_on(all, {}).decision, kNone);
  EXPECT_EQ(verdict_on(all, {read("t-1", "")}).decision, kNone);
  EXPECT_EQ(verdict_on(all, {read("t-1", "LOT 1234"), read("t-2", "")}).decision, kOk);

  const Objects two{read("t-1", "LOT 1234"), read("t-2", "LOT 12E4")};
  const Verdict refused = verdict_on(all, two);
  EXPECT_EQ(explain(refused),
            "KO by rule \"text_match\": found text 'LOT 12E4' where a match of /^LOT \\d{4}$/ is "
            "expected of each (t-2).");
  EXPECT_EQ(verdict_on(any, two).decision, kOk);
  EXPECT_THAT(verdict_on(any, two).objects, ElementsAre("t-1"));
}

TEST(DateNotPast, TodayIsTheFirstGoodDay) {
  const std::vector<DateFormat> formats{*DateFormat::parse("%d/%m/%Y"),
                                        *DateFormat::parse("%m/%Y")};
  const auto decision = [&](const std::string& text, int days_left = 0) {
    return verdict_on(rule_of(DateNotPast{formats, days_left, Match::all}), {read("t-1", text)})
        .decision;
  };
  EXPECT_EQ(decision("EXP 22/11/2026"), kOk);
  EXPECT_EQ(decision("EXP 21/11/2026"), kKo);
  EXPECT_EQ(decision("EXP 11/2026"), kOk);
  EXPECT_EQ(decision("EXP 10/2026"), kKo);
  EXPECT_EQ(decision("EXP"), kNone);
  EXPECT_EQ(decision(""), kNone);
  // The expiry date counts, wherever it stands.
  EXPECT_EQ(decision("01/01/2026 01/01/2027"), kOk);
  EXPECT_EQ(decision("01/01/2027 01/01/2026"), kOk);
  EXPECT_EQ(decision("01/12/2026", 9), kOk);
  EXPECT_EQ(decision("01/12/2026", 10), kKo);
}

TEST(DateNotPast, SaysWhichDateWasWanted) {
  const CameraRule rule = rule_of(DateNotPast{{*DateFormat::parse("%d/%m/%Y")}, 3, Match::all});
  EXPECT_EQ(explain(verdict_on(rule, {read("t-1", "EXP 22/11/2026")})),
            "KO by rule \"date_not_past\": found date 2026-11-22 where 2026-11-25 or later is "
            "expected (t-1).");
}

TEST(ScoreRange, BothEndsBelongToIt) {
  const CameraRule rule = rule_of(ScoreRange{{0.25, 0.75}});
  const auto decision = [&](float score) {
    return verdict_on(rule, {labelled("d-1", "cap", score)}).decision;
  };
  EXPECT_EQ(decision(0.25F), kOk);
  EXPECT_EQ(decision(0.75F), kOk);
  EXPECT_EQ(decision(0.2F), kKo);
  EXPECT_EQ(decision(0.8F), kKo);
  EXPECT_EQ(verdict_on(rule, {}).decision, kNone);
  EXPECT_THAT(verdict_on(rule, {labelled("d-1", "cap", 0.2F)}).reason,
              HasSubstr("score 0.2 where 0.25 to 0.75 is expected"));
}

// 0.7F < 0.7, and 0.1F > 0.1.
TEST(ScoreRange, ComparesWithTheScoresOwnPrecision) {
  const auto decision = [](const Range& range, float score) {
    return verdict_on(rule_of(ScoreRange{range}), {labelled("d-1", "cap", score)}).decision;
  };
  EXPECT_EQ(decision({.min = 0.7}, 0.7F), kOk);
  EXPECT_EQ(decision({.max = 0.1}, 0.1F), kOk);
  EXPECT_EQ(decision({.min = 0.7}, 0.6999F), kKo);
}

TEST(ZoneCount, CountsAnchorsInThePolygon) {
  const std::vector<Point> square{{0, 0}, {100, 0}, {100, 100}, {0, 100}};
  const CameraRule rule = rule_of(ZoneCount{square, Anchor::centre, 1, 2}, {"", {"man"}});
  const auto man = [](std::string id, float x, float y) {
    return boxed(std::move(id), "man", x, y);
  };
  EXPECT_EQ(verdict_on(rule, {}).decision, kKo);
  EXPECT_EQ(verdict_on(rule, {man("d-1", 50, 50)}).decision, kOk);
  EXPECT_EQ(verdict_on(rule, {boxed("d-1", "dog", 50, 50)}).decision, kKo);
  EXPECT_EQ(verdict_on(rule, {man("d-1", 150, 50)}).decision, kKo);
  EXPECT_EQ(verdict_on(rule, {labelled("d-1", "man")}).decision, kKo);  // no box
  const Verdict crowd = verdict_on(
      rule, {man("d-1", 50, 50), man("d-2", 150, 50), man("d-3", 60, 50), man("d-4", 70, 50)});
  EXPECT_EQ(
      explain(crowd),
      "KO by rule \"zone_count\": found 3 objects labelled 'man' in the zone, expected 1 to 2 "
      "(d-1, d-3, d-4).");
}

TEST(ZoneCount, TheDeclaredAnchorDecides) {
  const std::vector<Point> floor{{0, 100}, {100, 100}, {100, 200}, {0, 200}};
  const Objects standing{boxed("d-1", "man", 50, 95)};  // its feet at 105
  EXPECT_EQ(verdict_on(rule_of(ZoneCount{floor, Anchor::centre, 1, {}}), standing).decision, kKo);
  EXPECT_EQ(verdict_on(rule_of(ZoneCount{floor, Anchor::bottom_centre, 1, {}}), standing).decision,
            kOk);
}

TEST(BoxRange, EachGivenRangeMustHold) {
  const Objects one{boxed("d-1", "cap", 50, 60)};  // 10 x 20 at (50, 60)
  const auto decision = [&](const BoxRange& test) {
    return verdict_on(rule_of(test), one).decision;
  };
  EXPECT_EQ(decision({.width = Range{10, 10}}), kOk);
  EXPECT_EQ(decision({.width = Range{11, 20}}), kKo);
  EXPECT_EQ(decision({.height = Range{.max = 19}}), kKo);
  EXPECT_EQ(decision({.area = Range{.min = 200}}), kOk);
  EXPECT_EQ(decision({.area = Range{.min = 201}}), kKo);
  EXPECT_EQ(decision({.x = Range{50, 50}, .y = Range{60, 60}}), kOk);
  EXPECT_EQ(decision({.x = Range{51, 60}}), kKo);
  EXPECT_EQ(decision({.y = Range{65, 75}, .anchor = Anchor::bottom_centre}), kOk);
  EXPECT_EQ(decision({.width = Range{10, 10}, .y = Range{0, 1}}), kKo);
  const CameraRule rule = rule_of(BoxRange{.width = Range{.min = 20}});
  EXPECT_EQ(verdict_on(rule, with_labels({"cap"})).decision, kNone);
  EXPECT_EQ(explain(verdict_on(rule, one)),
            "KO by rule \"box_range\": found box of 10 x 20 pixels at (50, 60) where width at "
            "least 20 is expected (d-1).");
}

TEST(Verdicts, CarryTheRulesOwnName) {
  CameraRule rule = rule_of(MaxObjects{1});
  rule.name = "one cap";
  EXPECT_EQ(explain(verdict_on(rule, with_labels({"cap", "cap"}))),
            "KO by rule \"one cap\": found 2 objects, expected at most 1 (d-1, d-2).");
}

}  // namespace
}  // namespace sluice::rules
