#include "config/document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::config {
namespace {

using testing::HasSubstr;

std::string problem_of(const std::string& text) {
  Problems problems;
  const auto node = parse_document(text, "f.yaml", process_environment(), problems);
  EXPECT_EQ(node.has_value(), problems.empty());
  return problems.empty() ? "none" : to_string(problems.front());
}

TEST(Document, KnowsPlaces) {
  Problems problems;
  const auto root =
      parse_document("a: 1\nb:\n  - x\n  - { c: \"two\" }\n", "f", process_environment(), problems);
  ASSERT_TRUE(root);
  EXPECT_EQ(root->find("a")->place.line, 1);
  EXPECT_EQ(root->find("a")->place.column, 4);
  const auto& items = root->find("b")->items;
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].place.line, 3);
  EXPECT_EQ(items[0].place.column, 5);
  EXPECT_TRUE(items[1].find("c")->quoted);
  EXPECT_FALSE(root->find("a")->quoted);
  EXPECT_EQ(items[1].entries[0].place.column, 7);
}

TEST(Document, BrokenYaml) {
  EXPECT_EQ(problem_of("a: [1, 2\nb: 3\n"),
            "f.yaml:2:2: not valid YAML: end of sequence flow not found");
  EXPECT_THAT(problem_of("a: b: c\n"), HasSubstr("f.yaml:1:"));
  EXPECT_THAT(problem_of("\ta: 1\n"), HasSubstr("f.yaml:1:"));
}

TEST(Document, NotOneDocument) {
  EXPECT_EQ(problem_of(""), "f.yaml:1:1: the file is empty");
  EXPECT_EQ(problem_of("# only a comment\n"), "f.yaml:1:1: the file is empty");
  EXPECT_THAT(problem_of("a: 1\n---\nb: 2\n"), HasSubstr("a second document"));
}

TEST(Document, WhatYamlHasAndAConfigurationHasNot) {
  EXPECT_EQ(problem_of("a: !!python/object 1\n"),
            "f.yaml:1:4: the tag tag:yaml.org,2002:python/object has no meaning here; remove it");
  EXPECT_EQ(problem_of("? [a, b]\n: 1\n"), "f.yaml:1:3: a key must be a plain word");
  EXPECT_EQ(problem_of("a: &x [*x]\n"),
            "f.yaml:1:8: an alias (*name) may not stand inside its own anchor (&name)");
}

TEST(Document, RefusesBombs) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 8; ++i) {
    bomb += fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i,
                        i - 1);
  }
  EXPECT_THAT(problem_of(bomb), HasSubstr("more than 100000 values"));
  EXPECT_THAT(problem_of("a: " + std::string(100, '[') + std::string(100, ']')),
              HasSubstr("levels deep"));
  EXPECT_THAT(problem_of(std::string(100'000, '[')), HasSubstr("f.yaml:1:"));
  EXPECT_THAT(problem_of(std::string(5u << 20, 'a')), HasSubstr("larger than 4 MiB"));
}

TEST(Expand, Variables) {
  const Environment environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "A") return "1";
    if (name == "E") return "";
    return std::nullopt;
  };
  EXPECT_EQ(expand("x${A}y$z${A}", environment), "x1y$z1");
  EXPECT_EQ(expand("${B:-two}${E:-three}${A:-four}", environment), "twothree1");
  EXPECT_EQ(expand("${B:-}", environment), "");
  EXPECT_EQ(expand("$${A} $", environment), "${A} $");
  EXPECT_FALSE(expand("${B}", environment));
  EXPECT_FALSE(expand("${}", environment));
  EXPECT_EQ(expand("${E}", environment), "") << "set, though empty";
}

TEST(Locate, GoesAsDeepAsItCan) {
  Problems problems;
  const auto root = parse_document("tasks:\n  - { name: a, queue: { capacity: 4 } }\n", "f",
                                   process_environment(), problems);
  ASSERT_TRUE(root);
  EXPECT_EQ(locate(*root, "tasks[0].queue.capacity").text, "4");
  EXPECT_EQ(locate(*root, "tasks[a].queue.capacity").text, "4");
  EXPECT_EQ(&locate(*root, "tasks[0].queue.other"), root->find("tasks")->items[0].find("queue"));
  EXPECT_EQ(&locate(*root, "nothing"), &*root);
  EXPECT_EQ(&locate(*root, "tasks[7]"), root->find("tasks"));
}

TEST(Assign, RefusesWhatIsNoPath) {
  Problems problems;
  auto root = parse_document("a: 1\n", "f", process_environment(), problems);
  ASSERT_TRUE(root);
  const auto fails = [&](const char* setting) {
    return !assign(*root, setting, "--set", process_environment());
  };
  EXPECT_TRUE(fails("=1"));
  EXPECT_TRUE(fails("a..b=1"));
  EXPECT_TRUE(fails("a.=1"));
  EXPECT_TRUE(fails("a[=1"));
  EXPECT_TRUE(fails(".a=1"));
  EXPECT_TRUE(fails("a=[1"));
  EXPECT_TRUE(assign(*root, "b.c=[1, 2]", "--set", process_environment()));
  EXPECT_EQ(root->find("b")->find("c")->items.size(), 2u);
}

}  // namespace
}  // namespace sluice::config
