#include "station/tally.hpp"

#include <gtest/gtest.h>

#include "unit/station/station_helpers.hpp"

namespace sluice::station {
namespace {

namespace json = boost::json;

/// Behind the last full minute before noon().
store::WallTime at(base::Duration later) {
  return std::chrono::floor<std::chrono::minutes>(noon()) +
         std::chrono::duration_cast<std::chrono::milliseconds>(later);
}

TEST(Tally, CountsDecisionsAndErrors) {
  Tally tally;
  EXPECT_EQ(tally.counts(), (json::object{{"OK", 0}, {"KO", 0}, {"NO_DECISION", 0}, {"error", 0}}));
  tally.decided("OK", noon());
  tally.decided("OK", noon());
  tally.decided("NO_DECISION", noon());
  tally.error();
  EXPECT_EQ(tally.counts(), (json::object{{"OK", 2}, {"KO", 0}, {"NO_DECISION", 1}, {"error", 1}}));
}

TEST(Tally, CountsDecisionsByTheMinute) {
  Tally tally;
  tally.decided("OK", at(10s));
  tally.decided("KO", at(59s));
  tally.decided("OK", at(60s));
  const json::array expected{
      {{"time", "2026-11-22T12:00:00.000Z"}, {"OK", 1}, {"KO", 1}, {"NO_DECISION", 0}},
      {{"time", "2026-11-22T12:01:00.000Z"}, {"OK", 1}, {"KO", 0}, {"NO_DECISION", 0}}};
  EXPECT_EQ(tally.trend(at(61s)), expected);
}

TEST(Tally, ForgetsMinutesAfterAnHour) {
  Tally tally;
  for (int minute = 0; minute < 100; ++minute) tally.decided("KO", at(minute * 1min));
  EXPECT_EQ(tally.trend(at(99min)).size(), 60u);
  EXPECT_EQ(tally.trend(at(99min)).front().at("time"), "2026-11-22T12:40:00.000Z");
  EXPECT_EQ(tally.trend(at(5h)).size(), 0u);
  EXPECT_EQ(tally.counts().at("KO"), 100u);
}

TEST(Tally, AccountsForFrames) {
  Tally tally;
  for (int i = 0; i < 5; ++i) tally.frame_in();
  tally.frame_on_time();
  tally.frame_late();
  tally.frame_dropped("expired");
  tally.frame_dropped("expired");
  EXPECT_EQ(tally.frames().at("in_flight"), 1u);
  const auto frames = tally.frames();
  EXPECT_EQ(frames.at("in"), 5u);
  EXPECT_EQ(frames.at("on_time"), 1u);
  EXPECT_EQ(frames.at("late"), 1u);
  EXPECT_EQ(frames.at("dropped"), (json::object{{"expired", 2}}));
}

TEST(Tally, ForgetsTheMinutesToComeWhenTheClockIsSetBack) {
  Tally tally;
  tally.decided("OK", noon());
  tally.decided("OK", noon() + 2min);
  tally.decided("KO", noon());
  tally.decided("KO", noon() + 1min);
  const auto trend = tally.trend(noon() + 1min);
  ASSERT_EQ(trend.size(), 2u);
  EXPECT_EQ(trend.at(0).at("time"), "2026-11-22T12:00:00.000Z");
  EXPECT_EQ(trend.at(0).at("OK"), 1u);
  EXPECT_EQ(trend.at(0).at("KO"), 1u);
  EXPECT_EQ(trend.at(1).at("time"), "2026-11-22T12:01:00.000Z");
  EXPECT_EQ(tally.counts().at("OK"), 2u);
}

}  // namespace
}  // namespace sluice::station
