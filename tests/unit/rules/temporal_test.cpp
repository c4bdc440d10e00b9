#include "rules/temporal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::rules {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

/// Plays frames, one a second: O for OK, K for KO, N for NO_DECISION, a blank for a second without
/// a frame. Gives R where the event was raised, C where it cleared, else + while it lasts and -.
std::string play(const TemporalOptions& options, std::string_view frames) {
  EXPECT_TRUE(check(options));
  TemporalRule rule(options);
  std::string changes;
  base::Time now{};
  for (const char letter : frames) {
    now += seconds(1);
    if (letter == ' ') {
      changes += ' ';
      continue;
    }
    Verdict frame;
    if (letter != 'N') frame.decision = letter == 'K' ? Decision::ko : Decision::ok;
    const auto result = rule.update(frame, now);
    EXPECT_EQ(result.verdict.decision, rule.active() ? Decision::ko : Decision::ok);
    const char state = rule.active() ? '+' : '-';
    changes += result.change == TemporalRule::Change::raised    ? 'R'
               : result.change == TemporalRule::Change::cleared ? 'C'
                                                                : state;
  }
  return changes;
}

TEST(TemporalRule, ByDefaultFollowsTheFrames) {
  EXPECT_EQ(play({}, "OKKOK"), "-R+CR");
}

TEST(TemporalRule, RaisesAfterNOfTheLastM) {
  TemporalOptions options;
  options.frames = 2;
  options.window = 3;
  EXPECT_EQ(play(options, "KOOKOKOO"), "-----RC-");
  EXPECT_EQ(play(options, "KK"), "-R");
  EXPECT_EQ(play(options, "KOKOK"), "--RCR");
}

TEST(TemporalRule, HysteresisDelaysTheEnd) {
  TemporalOptions options;
  options.frames = 2;
  options.window = 3;
  options.clear_frames = 0;
  EXPECT_EQ(play(options, "KKOOKOOO"), "-R+++++C");
}

TEST(TemporalRule, CoolDownDelaysTheNextEvent) {
  TemporalOptions options;
  options.cool_down = seconds(4);
  EXPECT_EQ(play(options, "KOKKKKO"), "RC--R+C");
  EXPECT_EQ(play(options, "KOOOKO"), "RC--RC");
  // The event itself may last longer.
  EXPECT_EQ(play(options, "KKKKKKO"), "R+++++C");
}

TEST(TemporalRule, OldFramesDoNotCount) {
  TemporalOptions options;
  options.frames = 2;
  options.window = 10;
  options.max_age = seconds(3);
  EXPECT_EQ(play(options, "K  K"), "-  R");
  EXPECT_EQ(play(options, "K   K"), "-   -");
  EXPECT_EQ(play(options, "KK    O"), "-R    C");
}

TEST(TemporalRule, HasAPolicyForNoDecision) {
  TemporalOptions options;
  options.frames = 2;
  options.window = 2;
  options.no_decision = NoDecision::keep;
  EXPECT_EQ(play(options, "KNKK"), "---R");
  options.no_decision = NoDecision::ignore;
  EXPECT_EQ(play(options, "KNKK"), "--R+");
  options.no_decision = NoDecision::as_ko;
  EXPECT_EQ(play(options, "KNKK"), "-R++");
}

TEST(TemporalRule, ExplainsItself) {
  TemporalOptions options;
  options.name = "intruder";
  options.frames = 2;
  options.window = 3;
  options.cool_down = seconds(10);
  TemporalRule rule(options);
  const Verdict ko{Decision::ko, "zone", "x", {"d-1"}};
  const base::Time start{};
  EXPECT_EQ(explain(rule.update(ko, start).verdict),
            "OK by rule \"intruder\": 1 of the last 1 frame KO, KO from 2 (d-1).");
  EXPECT_EQ(explain(rule.update(ko, start).verdict),
            "KO by rule \"intruder\": 2 of the last 2 frames KO, OK again at 1 or fewer (d-1).");
  for (int i = 0; i < 3; ++i) rule.update({Decision::ok, "zone", "x", {}}, start);
  rule.update(ko, start);
  EXPECT_EQ(explain(rule.update(ko, start).verdict),
            "OK by rule \"intruder\": 2 of the last 3 frames KO, KO from 2 once the cool-down is "
            "over (d-1).");
}

TEST(TemporalCheck, NamesTheWrongOption) {
  const auto temporal_refusal = [](auto change) {
    TemporalOptions options;
    options.frames = 3;
    options.window = 5;
    change(options);
    const auto checked = check(options);
    return checked ? std::string("accepted") : checked.error().message;
  };
  EXPECT_EQ(temporal_refusal([](TemporalOptions&) {}), "accepted");
  EXPECT_EQ(temporal_refusal([](auto& options) { options.clear_frames = 2; }), "accepted");
  EXPECT_THAT(temporal_refusal([](auto& options) { options.frames = 0; }),
              HasSubstr("frames is 0, not within 1..5"));
  EXPECT_THAT(temporal_refusal([](auto& options) { options.frames = 6; }),
              HasSubstr("frames is 6"));
  EXPECT_THAT(temporal_refusal([](auto& options) { options.window = 0; }),
              HasSubstr("window is 0"));
  EXPECT_THAT(temporal_refusal([](auto& options) { options.window = 100'001; }),
              HasSubstr("window is 100001"));
  EXPECT_THAT(temporal_refusal([](auto& options) { options.clear_frames = 3; }),
              HasSubstr("clear_frames is 3"));
  EXPECT_THAT(temporal_refusal([](auto& options) { options.clear_frames = -1; }),
              HasSubstr("clear_frames is -1"));
  EXPECT_THAT(temporal_refusal([](auto& options) { options.cool_down = milliseconds(-1); }),
              HasSubstr("cool_down is -1ms"));
  EXPECT_THAT(temporal_refusal([](auto& options) { options.max_age = milliseconds(0); }),
              HasSubstr("max_age is 0s"));
  EXPECT_THAT(temporal_refusal([](auto& options) { options.no_decision = NoDecision::propagate; }),
              HasSubstr("no_decision is propagate"));
}

}  // namespace
}  // namespace sluice::rules
