#include "base/json.hpp"

#include <limits>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace sluice::base {
namespace {

namespace json = boost::json;

TEST(ToJson, WritesNumbersAsPeopleDo) {
  EXPECT_EQ(to_json(json::value(8.0)), "8");
  EXPECT_EQ(to_json(json::value(0.5)), "0.5");
  EXPECT_EQ(to_json(json::value(-0.0)), "0");
  EXPECT_EQ(to_json(json::value(7)), "7");
  EXPECT_EQ(to_json(json::value(std::numeric_limits<double>::infinity())), "null");
  EXPECT_EQ(to_json(json::value(std::numeric_limits<double>::quiet_NaN())), "null");
}

TEST(ToJson, EscapesKeysAndStrings) {
  EXPECT_EQ(to_json(json::object{{"a\"b", "line\nbreak"}}), R"({"a\"b":"line\nbreak"})");
}

// The name of a file may be any bytes, and readers refuse a text that is none.
TEST(ToJson, WritesWhatIsNoTextAsReplacementCharacters) {
  const json::object value{{"file\xE4", json::array{"\xFF.png", "\xC3\xA4"}}};
  EXPECT_EQ(to_json(value), "{\"file\uFFFD\":[\"\uFFFD.png\",\"\u00E4\"]}");
  EXPECT_EQ(to_pretty_json(value), "{\n  \"file\uFFFD\": [\"\uFFFD.png\", \"\u00E4\"]\n}\n");
}

TEST(ToPrettyJson, KeepsSmallContainersOnOneLine) {
  const json::value value{
      {"name", "x"}, {"sizes", {1, 2, 3}}, {"inner", {{"a", json::array{{{"b", 1}}}}}}};
  EXPECT_EQ(to_pretty_json(value), R"({
  "name": "x",
  "sizes": [1, 2, 3],
  "inner": {
    "a": [
      {"b": 1}
    ]
  }
}
)");
}

TEST(ToPrettyJson, BreaksLongLists) {
  json::array list;
  for (int i = 0; i < 100; ++i) list.emplace_back(i);
  const auto text = to_pretty_json(list);
  EXPECT_NE(text.find("[\n  0,\n  1,"), std::string::npos);
}

TEST(ToPrettyJson, ParsesBack) {
  const json::value value{{"a", nullptr}, {"b", {true, false, {{"c", "\u00e9"}}}}, {"d", 1e300}};
  EXPECT_EQ(json::parse(to_pretty_json(value)), value);
  EXPECT_EQ(json::parse(to_json(value)), value);
}

}  // namespace
}  // namespace sluice::base
