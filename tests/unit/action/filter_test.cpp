#include "action/filter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/action/action_folder.hpp"

namespace sluice::action {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

base::Time at(base::Duration time) {
  return base::Time(time);
}

bool passes(Filter& filter, const std::string& decision, base::Time now) {
  return filter.pass(event_of("i", decision), now).empty();
}

TEST(Filter, PassesEverythingUnlessTold) {
  Filter all({});
  for (const char* decision : {"OK", "KO", "NO_DECISION"}) {
    EXPECT_TRUE(passes(all, decision, at(seconds(1)))) << decision;
  }
  Filter some({.on = {"KO", "raised"}, .rate_limit = {}});
  EXPECT_TRUE(passes(some, "KO", at(seconds(1))));
  EXPECT_EQ(some.pass(event_of("i", "OK"), at(seconds(1))), "not asked for");
  Event raised = event_of("i", "OK");
  raised.kind = "raised";
  EXPECT_EQ(some.pass(raised, at(seconds(1))), "");
}

TEST(Filter, CoolsDownFromTheLastThatPassed) {
  Filter filter({.on = {"KO"}, .rate_limit = {}, .cool_down = seconds(5)});
  EXPECT_FALSE(passes(filter, "OK", at(seconds(0))));  // starts nothing
  EXPECT_TRUE(passes(filter, "KO", at(seconds(1))));
  EXPECT_EQ(filter.pass(event_of("i"), at(milliseconds(5999))), "cool-down");
  EXPECT_TRUE(passes(filter, "KO", at(seconds(6))));
}

TEST(Filter, LetsOnlySoManyThroughInASpan) {
  Filter filter({.on = {}, .rate_limit = RateLimit{.count = 2, .per = seconds(10)}});
  EXPECT_TRUE(passes(filter, "KO", at(seconds(0))));
  EXPECT_TRUE(passes(filter, "KO", at(seconds(6))));
  EXPECT_EQ(filter.pass(event_of("i"), at(seconds(9))), "rate limit");
  EXPECT_TRUE(passes(filter, "KO", at(seconds(10))));
  EXPECT_FALSE(passes(filter, "KO", at(seconds(15))));
  EXPECT_TRUE(passes(filter, "KO", at(seconds(16))));
}

TEST(Filter, ReadsRateLimits) {
  EXPECT_EQ(RateLimit::parse("10/min")->count, 10);
  EXPECT_EQ(RateLimit::parse("10/min")->per, seconds(60));
  EXPECT_EQ(RateLimit::parse("1/s")->per, seconds(1));
  EXPECT_EQ(RateLimit::parse("100000/h")->per, seconds(3600));
  for (const char* text : {"", "10", "/s", "0/s", "-1/s", "1.5/s", "100001/s", "10/day", "10/"}) {
    EXPECT_FALSE(RateLimit::parse(text)) << text;
  }
}

TEST(Filter, ChecksItsOptions) {
  EXPECT_TRUE(check(FilterOptions{}));
  const auto word = check(FilterOptions{.on = {"KOO"}, .rate_limit = {}});
  ASSERT_FALSE(word);
  EXPECT_THAT(word.error().message, testing::HasSubstr("did you mean \"KO\""));
  EXPECT_FALSE(check(FilterOptions{.on = {}, .rate_limit = {}, .cool_down = seconds(-1)}));
  EXPECT_FALSE(check(FilterOptions{.on = {}, .rate_limit = RateLimit{.count = 0}}));
}

}  // namespace
}  // namespace sluice::action
