#include "rules/camera_rule.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/rules/found.hpp"

namespace sluice::rules {
namespace {

using testing::HasSubstr;

const std::vector<StepLabels> kSteps{{"detect", {"cap", "cork"}}, {"classify", {"good", "bad"}}};

std::string refusal(const CameraRule& rule, std::span<const StepLabels> steps = kSteps) {
  const auto checked = check(rule, steps);
  if (checked) return "accepted";
  EXPECT_EQ(checked.error().code, base::ErrorCode::invalid);
  return checked.error().message;
}

const std::vector<Point> kTriangle{{0, 0}, {10, 0}, {0, 10}};

TEST(CameraRuleCheck, AcceptsWhatMakesSense) {
  const std::vector<CameraRule> rules{
      rule_of(ExpectedLabel{{"cap", "bad"}}),
      rule_of(UnexpectedLabel{{"cork"}}, {"detect", {}}),
      rule_of(MinObjects{1}, {"detect", {"cap"}}),
      rule_of(MaxObjects{0}),
      rule_of(TextMatch{*Pattern::compile("x"), Match::any}),
      rule_of(DateNotPast{{*DateFormat::parse("%m/%y")}, 0, Match::all}),
      rule_of(ScoreRange{{.min = 0.5}}),
      rule_of(ZoneCount{kTriangle, Anchor::centre, 0, 0}),
      rule_of(BoxRange{.x = Range{1, 1}}),
      rule_of(LineCrossing{.from = {0, 0}, .to = {0, 1}}),
  };
  for (const CameraRule& rule : rules) EXPECT_EQ(refusal(rule), "accepted") << kind(rule);
}

TEST(CameraRuleCheck, UnknownLabelsAndStepsAreErrors) {
  EXPECT_EQ(refusal(rule_of(ExpectedLabel{{"cap", "corc"}})),
            "rule 'expected_label': unknown label 'corc', which the model cannot give; did you "
            "mean \"cork\"?");
  EXPECT_THAT(refusal(rule_of(UnexpectedLabel{{"good"}}, {"detect", {}})),
              HasSubstr("unknown label 'good'"));
  EXPECT_THAT(refusal(rule_of(MinObjects{1}, {"", {"lid"}})), HasSubstr("unknown label 'lid'"));
  EXPECT_THAT(refusal(rule_of(MinObjects{1}, {"detct", {}})),
              HasSubstr("unknown step 'detct'; did you mean \"detect\"?"));
  EXPECT_THAT(refusal(rule_of(MinObjects{1}, {"", {""}})), HasSubstr("a label is empty"));
}

TEST(CameraRuleCheck, WhereAModelsLabelsAreNotKnownAnyMayBeNamed) {
  const std::vector<StepLabels> steps{{"detect", {"cap"}}, {"remote", {}}};
  EXPECT_EQ(refusal(rule_of(ExpectedLabel{{"x"}}), steps), "accepted");
  EXPECT_EQ(refusal(rule_of(ExpectedLabel{{"x"}}, {"remote", {}}), steps), "accepted");
  EXPECT_THAT(refusal(rule_of(ExpectedLabel{{"x"}}, {"detect", {}}), steps), HasSubstr("'x'"));
}

TEST(CameraRuleCheck, NamesTheWrongValue) {
  const double nan = std::nan("");
  CameraRule named = rule_of(MinObjects{0});
  named.name = "caps";
  EXPECT_EQ(refusal(named), "rule 'caps': min is 0, but must be at least 1");
  EXPECT_THAT(refusal(rule_of(ExpectedLabel{})), HasSubstr("labels is empty"));
  EXPECT_THAT(refusal(rule_of(UnexpectedLabel{})), HasSubstr("labels is empty"));
  EXPECT_THAT(refusal(rule_of(MaxObjects{-1})), HasSubstr("max is -1"));
  EXPECT_THAT(refusal(rule_of(TextMatch{})), HasSubstr("pattern is missing"));
  EXPECT_THAT(refusal(rule_of(DateNotPast{})), HasSubstr("formats is empty"));
  EXPECT_THAT(refusal(rule_of(DateNotPast{{*DateFormat::parse("%m/%y")}, -1, Match::all})),
              HasSubstr("min_days_left is -1"));
  EXPECT_THAT(refusal(rule_of(ScoreRange{})), HasSubstr("neither min nor max"));
  EXPECT_THAT(refusal(rule_of(ScoreRange{{0.7, 0.2}})), HasSubstr("score is 0.7..0.2"));
  EXPECT_THAT(refusal(rule_of(ScoreRange{{nan, 1}})), HasSubstr("score is nan..1"));
  EXPECT_THAT(refusal(rule_of(BoxRange{})), HasSubstr("no range is given"));
  EXPECT_THAT(refusal(rule_of(BoxRange{.height = Range{9, 8}})), HasSubstr("height is 9..8"));
}

TEST(CameraRuleCheck, NamesWhatIsWrongInTheImage) {
  const double nan = std::nan("");
  const auto zone = [](std::vector<Point> polygon, int min, std::optional<int> max) {
    return refusal(rule_of(ZoneCount{std::move(polygon), Anchor::centre, min, max}));
  };
  EXPECT_THAT(zone({{0, 0}, {1, 1}}, 1, {}), HasSubstr("polygon has 2 corners"));
  EXPECT_THAT(zone({{0, 0}, {1, 1}, {2, 2}}, 1, {}), HasSubstr("polygon has no area"));
  EXPECT_THAT(zone({{0, 0}, {1, nan}, {2, 2}}, 1, {}), HasSubstr("not a finite number"));
  EXPECT_THAT(zone(kTriangle, 0, {}), HasSubstr("neither min nor max"));
  EXPECT_THAT(zone(kTriangle, -1, 2), HasSubstr("min is -1"));
  EXPECT_THAT(zone(kTriangle, 3, 2), HasSubstr("max is 2, below min, which is 3"));

  LineCrossing line{.from = {1, 2}, .to = {1, 2}};
  EXPECT_THAT(refusal(rule_of(line)), HasSubstr("the same point, (1, 2)"));
  line.to = {nan, 0};
  EXPECT_THAT(refusal(rule_of(line)), HasSubstr("finite"));
  line.to = {5, 5};
  line.max_distance = 0;
  EXPECT_THAT(refusal(rule_of(line)), HasSubstr("max_distance is 0"));
  line.max_distance = 1;
  line.forget_after = {};
  EXPECT_THAT(refusal(rule_of(line)), HasSubstr("forget_after"));
  line.forget_after = std::chrono::seconds(1);
  CameraRule rule = rule_of(line);
  EXPECT_EQ(refusal(rule), "accepted");
  rule.when_empty = Decision::ko;
  EXPECT_THAT(refusal(rule), HasSubstr("when_empty does not apply"));
}

}  // namespace
}  // namespace sluice::rules
