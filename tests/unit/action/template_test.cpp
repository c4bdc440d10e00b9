#include "action/template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "unit/action/action_folder.hpp"

namespace sluice::action {
namespace {

using testing::HasSubstr;

std::string rendered(const std::string& text) {
  const auto parsed = Template::parse(text);
  return parsed ? parsed->render(event_of("i-1")) : "error: " + parsed.error().message;
}

std::string refusal(const std::string& text) {
  const auto parsed = Template::parse(text);
  return parsed ? "accepted" : parsed.error().message;
}

TEST(Template, PutsInWhatHappened) {
  EXPECT_EQ(rendered(""), "");
  EXPECT_EQ(rendered("plain"), "plain");
  EXPECT_EQ(rendered("line/{station}/{decision}"), "line/line 1/KO");
  EXPECT_EQ(rendered("{id}{kind}{time}"), "i-1item2026-11-22T12:00:00.123Z");
  EXPECT_EQ(rendered("{verdict.reason}"), "front is \"KO\"");
  EXPECT_EQ(rendered("{cameras.front.image}"), "a/b.jpg");
  EXPECT_EQ(rendered("{cameras.front.verdicts.0.rule}"), "lot");
  EXPECT_EQ(rendered("{deadline_ms} {on_time}"), "500 true");
  EXPECT_EQ(rendered("{verdict}"), R"({"rule":"all","reason":"front is \"KO\""})");
}

TEST(Template, WhatTheEventLacksIsEmpty) {
  EXPECT_EQ(rendered("[{cameras.back.image}]"), "[]");
  EXPECT_EQ(rendered("[{cameras.front.verdicts.1.rule}]"), "[]");
  EXPECT_EQ(rendered("[{cameras.front.verdicts.-1}]"), "[]");
  EXPECT_EQ(rendered("[{deadline_ms.more}]"), "[]");
  EXPECT_EQ(rendered("[{error}{verdict.objects}]"), "[]");
}

TEST(Template, CanQuoteForJson) {
  EXPECT_EQ(rendered(R"({{"why": {verdict.reason|json}, "error": {error|json}}})"),
            R"({"why": "front is \"KO\"", "error": null})");
}

TEST(Template, DoubleBracesAreBraces) {
  EXPECT_EQ(rendered("{{{id}}} {{}} {{id}}"), "{i-1} {} {id}");
}

TEST(Template, WhatIsPutInIsNoTemplate) {
  auto event = event_of("{station}");
  EXPECT_EQ(Template::parse("{id}")->render(event), "{station}");
  EXPECT_EQ(Template::parse("a+{id}")->render(event, [](const auto&) { return "x"; }), "a+x");
}

TEST(Template, RefusesMistakes) {
  EXPECT_THAT(refusal("a{decision"), HasSubstr("at character 2"));
  EXPECT_THAT(refusal("decision}"), HasSubstr("at character 9"));
  EXPECT_THAT(refusal("{a{b}}"), HasSubstr("at character 1"));
  EXPECT_THAT(refusal("{}"), HasSubstr("empty key"));
  EXPECT_THAT(refusal("{cameras..front}"), HasSubstr("empty key"));
  EXPECT_THAT(refusal("{desicion}"), HasSubstr("did you mean \"decision\""));
  EXPECT_THAT(refusal("{verdict.reasn}"), HasSubstr("did you mean \"reason\""));
  EXPECT_THAT(refusal("{decision|upper}"), HasSubstr("only json"));
}

RC_GTEST_PROP(Template, TextWithDoubledBracesComesBack, (const std::string& text)) {
  std::string doubled;
  for (const char c : text) {
    doubled += c;
    if (c == '{' || c == '}') doubled += c;
  }
  RC_ASSERT(rendered(doubled) == text);
}

}  // namespace
}  // namespace sluice::action
