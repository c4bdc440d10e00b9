#include "import/parse.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "import/write.hpp"

namespace sluice::import {
namespace {

using testing::HasSubstr;

std::string parse_error(const std::string& text) {
  const auto parsed = parse({"f", text});
  return parsed ? "parsed: " + boost::json::serialize(*parsed) : parsed.error().message;
}

TEST(ImportParse, PlainScalarsOfYaml) {
  const auto parsed =
      parse({"f", "a: 8\nb: 0.5\nc: true\nd: ~\ne: \"8\"\nf: 1/2\ng: 10s\nh: [x, -1]\n"});
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(*parsed, boost::json::parse(R"({"a": 8, "b": 0.5, "c": true, "d": null, "e": "8",
                                            "f": "1/2", "g": "10s", "h": ["x", -1]})"));
}

TEST(ImportParse, ErrorsNameTheLine) {
  EXPECT_THAT(parse_error("{\n\"a\": 1,\n]"), HasSubstr("f:3: is not JSON: "));
  EXPECT_THAT(parse_error("{\"a\": [1"), HasSubstr("f:1: is not JSON: "));
  EXPECT_THAT(parse_error("{}\n{}"), HasSubstr("something follows the JSON text"));
  EXPECT_THAT(parse_error("a: 1\nb: [\n"), HasSubstr("f:3: is not YAML: "));
  EXPECT_THAT(parse_error("a: 1\na: 2\n"), HasSubstr("f:2: the key \"a\" is there twice"));
  EXPECT_THAT(parse_error("- a\n"), HasSubstr("f:1: must be a mapping"));
  EXPECT_THAT(parse_error(" \n"), HasSubstr("f: is empty"));
}

TEST(ImportParse, RefusesWhatAliasesBlowUp) {
  std::string text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'h'; ++c) {
    const std::string before = "*" + std::string(1, static_cast<char>(c - 1));
    text +=
        fmt::format("{0}: &{0} [{1}, {1}, {1}, {1}, {1}, {1}, {1}, {1}, {1}, {1}]\n", c, before);
  }
  EXPECT_THAT(parse_error(text), HasSubstr("more than 100000 values"));
  EXPECT_THAT(parse_error("a: &a [*a]\n"), HasSubstr("f:1: "));
}

TEST(ImportWrite, QuotesWhatCouldBeSomethingElse) {
  const boost::json::object document{
      {"a", boost::json::array{"true", "8", "8ms", "1/255", "- x", "", "~", "a: b", "No", "x#y"}}};
  EXPECT_EQ(to_yaml(document),
            "a:\n  - \"true\"\n  - \"8\"\n  - 8ms\n  - 1/255\n  - \"- x\"\n  - \"\"\n  - \"~\"\n"
            "  - \"a: b\"\n  - \"No\"\n  - \"x#y\"\n");
  const auto again = parse({"f", to_yaml(document)});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->as_object(), document);
}

TEST(ImportWrite, CommentsStandAboveTheirKey) {
  const boost::json::object document{
      {"models", boost::json::array{boost::json::object{
                     {"name", "a"}, {"#path", "one\ntwo"}, {"path", "b"}}}},
      {"on", boost::json::object{{"y", 1}}}};
  EXPECT_EQ(to_yaml(document),
            "models:\n  - name: a\n    # one\n    # two\n    path: b\n\non: { y: 1 }\n");
}

}  // namespace
}  // namespace sluice::import
