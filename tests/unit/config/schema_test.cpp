#include "config/schema.hpp"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.hpp"
#include "config/sections.hpp"
#include "unit/config/config_helpers.hpp"

namespace sluice::config {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

/// Calls `visit` for every key of an object and of the objects below it.
void for_each_key(const Description& d, const std::function<void(const KeyDescription&)>& visit) {
  for (const auto& key : d.keys) {
    visit(key);
    for_each_key(*key.type, visit);
  }
  if (d.item) for_each_key(*d.item, visit);
  for (const auto& alternative : d.alternatives) for_each_key(*alternative, visit);
}

TEST(Definitions, EveryKeyIsDocumentedInASentence) {
  for_each_key(*root_object().description(), [](const KeyDescription& key) {
    EXPECT_GT(key.doc.size(), 5u) << key.name;
    EXPECT_EQ(key.doc.back(), '.') << key.name;
  });
}

TEST(Definitions, NoKeyIsDefinedTwice) {
  const std::function<void(const Description&)> check = [&](const Description& d) {
    std::vector<std::string> names;
    for (const auto& key : d.keys) {
      EXPECT_EQ(std::count(names.begin(), names.end(), key.name), 0) << key.name;
      names.push_back(key.name);
      check(*key.type);
    }
    if (d.item) check(*d.item);
    for (const auto& alternative : d.alternatives) check(*alternative);
  };
  check(*root_object().description());
}

/// A file that writes out every default must load, and mean the same as one that does not.
TEST(Definitions, DefaultsAreValidValues) {
  for (const auto* key : {"scheduler", "engine", "journal", "monitor", "serve"}) {
    const auto& keys = root_object().description()->keys;
    const auto section = std::find_if(keys.begin(), keys.end(),
                                      [&](const KeyDescription& k) { return k.name == key; });
    ASSERT_NE(section, keys.end());
    for (const auto& inner : section->type->keys) {
      if (inner.fallback.is_null() || inner.fallback == json::array{}) continue;
      const auto text = fmt::format("{}{}{}: {{ {}: {} }}\n", kModels, kTasks, key, inner.name,
                                    base::to_json(inner.fallback));
      EXPECT_TRUE(load(text).config) << text << to_error(load(text).problems).message;
    }
  }
}

TEST(JsonSchema, DescribesTheFile) {
  const auto schema = json_schema();
  EXPECT_EQ(schema.at("$schema"), "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(schema.at("additionalProperties"), false);
  EXPECT_FALSE(schema.contains("required"));
  const auto& task = schema.at("properties").at("tasks").at("items").as_object();
  EXPECT_EQ(task.at("required"), (json::array{"name", "model"}));
  const auto& capacity = task.at("properties").at("queue").at("properties").at("capacity");
  EXPECT_EQ(capacity.at("default"), 16);
  EXPECT_EQ(capacity.at("anyOf").at(0).at("minimum"), 1);
  const auto& policy = schema.at("properties").at("scheduler").at("properties").at("policy");
  EXPECT_EQ(policy.at("default"), "slack");
  EXPECT_EQ(policy.at("anyOf").at(0).at("oneOf").as_array().size(), 8u);
}

TEST(JsonSchema, HasEveryKey) {
  const auto text = base::to_json(json_schema());
  for_each_key(*root_object().description(), [&](const KeyDescription& key) {
    EXPECT_THAT(text, HasSubstr('"' + key.name + "\":{"));
  });
}

TEST(MarkdownReference, HasEveryKeyAndSection) {
  const auto text = markdown_reference();
  for_each_key(*root_object().description(), [&](const KeyDescription& key) {
    EXPECT_THAT(text, HasSubstr("| `" + key.name + "` |"));
  });
  for (const auto* section :
       {"## The file", "## `models[]`", "## `models[].synthetic.service`",
        "## `tasks[].source.mmpp`", "## `scheduler.estimator`", "## `compare.policies[]`"}) {
    EXPECT_THAT(text, HasSubstr(section));
  }
  EXPECT_THAT(text, HasSubstr("| `capacity` | whole number, at least 1, at most 1000000 | `16` |"));
}

/// The example in the reference is a real file.
TEST(MarkdownReference, ItsExampleLoads) {
  const auto text = markdown_reference();
  const auto begin = text.find("```yaml\n") + 8;
  const auto example = text.substr(begin, text.find("```", begin) - begin);
  EXPECT_EQ(config_of(example).tasks.at(0).options.name, "people");
}

}  // namespace
}  // namespace sluice::config
