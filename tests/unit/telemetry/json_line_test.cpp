#include "telemetry/json_line.hpp"

#include <cmath>
#include <limits>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/utf8.hpp"

namespace sluice::telemetry {
namespace {

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string wall(std::int64_t ns) {
  std::string out;
  append_wall_time(out, ns);
  return out;
}

TEST(JsonString, EscapesWhatJsonCannotHold) {
  EXPECT_EQ(json_string("a\"b\\c\n\t"), R"("a\"b\\c\n\t")");
  EXPECT_EQ(json_string(std::string_view("\x01\x1f\0", 3)), R"("\u0001\u001f\u0000")");
}

TEST(JsonString, KeepsUtf8AndReplacesWhatIsNot) {
  EXPECT_EQ(json_string("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"),
            "\"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80\"");
  // A lone continuation byte, an overlong slash, a surrogate, a cut sequence.
  EXPECT_EQ(json_string("a\x80z"), "\"a\xEF\xBF\xBDz\"");
  EXPECT_EQ(json_string("\xC0\xAF"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(json_string("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(json_string("\xE2\x82"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

RC_GTEST_PROP(JsonString, IsValidJsonForAnyBytes, (const std::string& bytes)) {
  boost::json::error_code error;
  const auto value = boost::json::parse(json_string(bytes), error);
  RC_ASSERT(!error);
  RC_ASSERT(std::string(value.as_string()) == base::valid_utf8(bytes));
}

TEST(WallTime, IsUtcWithMicroseconds) {
  EXPECT_EQ(wall(0), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(wall(1'709'164'799'999'999'999), "2024-02-28T23:59:59.999999Z");
  EXPECT_EQ(wall(1'709'164'800'000'001'000), "2024-02-29T00:00:00.000001Z");
  EXPECT_EQ(wall(4'102'444'800'000'000'000), "2100-01-01T00:00:00.000000Z");
  EXPECT_EQ(wall(-1), "1969-12-31T23:59:59.999999Z");
}

TEST(JsonLine, LeavesOutNumbersThatJsonDoesNotHave) {
  std::string out;
  JsonLine line(out);
  line.number("nan", std::nan(""));
  line.number("inf", std::numeric_limits<double>::infinity());
  line.number("low", std::numeric_limits<std::int64_t>::min());
  line.number("high", std::numeric_limits<std::uint64_t>::max());
  line.number("half", 0.5);
  line.flag("flag", true);
  line.end();
  EXPECT_EQ(out,
            "{\"low\":-9223372036854775808,\"high\":18446744073709551615,\"half\":0.5,"
            "\"flag\":true}\n");
}

}  // namespace
}  // namespace sluice::telemetry
