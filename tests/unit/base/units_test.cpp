#include "base/units.hpp"

#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace sluice::base {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(ParseDuration, ReadsEveryUnit) {
  EXPECT_EQ(parse_duration("7ns"), Duration(7));
  EXPECT_EQ(parse_duration("250us"), microseconds(250));
  EXPECT_EQ(parse_duration("80ms"), milliseconds(80));
  EXPECT_EQ(parse_duration("1.5 s"), milliseconds(1500));
  EXPECT_EQ(parse_duration("2min"), minutes(2));
  EXPECT_EQ(parse_duration("3h"), hours(3));
  EXPECT_EQ(parse_duration("30d"), hours(720));
  EXPECT_EQ(parse_duration("0.5 d"), hours(12));
  EXPECT_EQ(parse_duration("-4ms"), milliseconds(-4));
}

TEST(ParseDuration, ZeroNeedsNoUnit) {
  EXPECT_EQ(parse_duration("0"), Duration(0));
}

TEST(ParseDuration, SaysHowToWriteIt) {
  EXPECT_EQ(parse_duration("80").error().message,
            "\"80\" has no unit; write it like 80ms or 2s (units: d, h, min, s, ms, us, ns)");
  EXPECT_EQ(parse_duration("80msec").error().message,
            "\"80msec\" has the unknown unit \"msec\"; write it like 80ms or 2s "
            "(units: d, h, min, s, ms, us, ns)");
  EXPECT_EQ(parse_duration("soon").error().message,
            "\"soon\" is not a time; write it like 80ms or 2s");
  EXPECT_EQ(parse_duration("").error().message, "\"\" is not a time; write it like 80ms or 2s");
}

TEST(ParseDuration, RefusesWhatDoesNotFit) {
  EXPECT_EQ(parse_duration("1e9h").error().message,
            "\"1e9h\" is too long; the longest time is about 290 years");
  EXPECT_EQ(parse_duration("106481d"), hours(106481 * 24));
  EXPECT_EQ(parse_duration("106482d").error().message,
            "\"106482d\" is too long; the longest time is about 290 years");
  EXPECT_FALSE(parse_duration("-106482d"));
  EXPECT_FALSE(parse_duration("inf s"));
  EXPECT_FALSE(parse_duration("nan s"));
  EXPECT_FALSE(parse_duration("1e999s"));
}

TEST(FormatDuration, PrefersTheLargestWholeUnit) {
  EXPECT_EQ(format_duration(Duration(0)), "0s");
  EXPECT_EQ(format_duration(milliseconds(80)), "80ms");
  EXPECT_EQ(format_duration(milliseconds(1500)), "1500ms");
  EXPECT_EQ(format_duration(seconds(60)), "1min");
  EXPECT_EQ(format_duration(seconds(90)), "90s");
  EXPECT_EQ(format_duration(hours(36)), "36h");
  EXPECT_EQ(format_duration(hours(48)), "2d");
  EXPECT_EQ(format_duration(hours(-24)), "-1d");
}

TEST(FormatDuration, ParsesBackExactly) {
  rc::check([] {
    // Up to 2^53 ns a double, through which parsing goes, holds every value.
    const auto count = *rc::gen::inRange<std::int64_t>(-(1LL << 53), 1LL << 53);
    RC_ASSERT(parse_duration(format_duration(Duration(count))) == Duration(count));
    // And it holds all whole days.
    const auto days = *rc::gen::inRange<std::int64_t>(-106481, 106482);
    RC_ASSERT(parse_duration(format_duration(hours(24 * days))) == hours(24 * days));
  });
}

TEST(ParseRate, ConvertsToPerSecond) {
  EXPECT_DOUBLE_EQ(*parse_rate("15/s"), 15);
  EXPECT_DOUBLE_EQ(*parse_rate("90/min"), 1.5);
  EXPECT_DOUBLE_EQ(*parse_rate("36 /h"), 0.01);
  EXPECT_EQ(parse_rate("15").error().message,
            "\"15\" has no unit; write it like 15/s or 10/min (units: /s, /min, /h)");
  EXPECT_EQ(format_rate(15), "15/s");
  EXPECT_EQ(format_rate(1.5), "1.5/s");
}

TEST(FormatRate, ParsesBackExactly) {
  for (const char* text : {"10/h", "7/min", "0.1/s", "1e-9/h", "-3/min", "0/s"}) {
    const double rate = parse_rate(text).value();
    EXPECT_EQ(parse_rate(format_rate(rate)), rate) << format_rate(rate);
  }
  EXPECT_EQ(format_rate(parse_rate("10/h").value()), "10/h");
  EXPECT_EQ(format_rate(parse_rate("7/min").value()), "7/min");
}

TEST(ParseBytes, KnowsPowersOfTenAndOfTwo) {
  EXPECT_EQ(parse_bytes("64MiB"), 64u << 20);
  EXPECT_EQ(parse_bytes("10kB"), 10'000u);
  EXPECT_EQ(parse_bytes("0"), 0u);
  EXPECT_EQ(parse_bytes("-1B").error().message, "\"-1B\" is negative");
  EXPECT_FALSE(parse_bytes("1e30GB"));
  EXPECT_EQ(format_bytes(64u << 20), "64MiB");
  EXPECT_EQ(format_bytes(1000), "1000B");
}

TEST(ParseFraction, TakesPercentAndPlainNumbers) {
  EXPECT_DOUBLE_EQ(*parse_fraction("20%"), 0.2);
  EXPECT_DOUBLE_EQ(*parse_fraction("0.2"), 0.2);
  EXPECT_EQ(parse_fraction("20 percent").error().message,
            "\"20 percent\" is not a share; write it like 20% or 0.2");
  EXPECT_EQ(format_fraction(0.07), "7%");
}

TEST(ParseNumber, TakesQuotients) {
  EXPECT_DOUBLE_EQ(*parse_number("1/255"), 1.0 / 255);
  EXPECT_DOUBLE_EQ(*parse_number("-0.5"), -0.5);
  EXPECT_FALSE(parse_number("1/0"));
  EXPECT_FALSE(parse_number("1/1e-320"));
  EXPECT_FALSE(parse_number("1/"));
  EXPECT_FALSE(parse_number("5 apples"));
  EXPECT_EQ(format_number(1.0 / 255), "1/255");
  EXPECT_EQ(format_number(114), "114");
  EXPECT_EQ(format_number(0.5), "0.5");
}

TEST(ParseInteger, RefusesEverythingElse) {
  EXPECT_EQ(parse_integer("-12"), -12);
  EXPECT_EQ(parse_integer("1.5").error().message, "\"1.5\" is not a whole number");
  EXPECT_EQ(parse_integer("").error().message, "\"\" is not a whole number");
  EXPECT_EQ(parse_integer("99999999999999999999").error().message,
            "\"99999999999999999999\" is too large");
}

}  // namespace
}  // namespace sluice::base
