#include "base/json_fields.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace sluice::base {
namespace {

const boost::json::object& example() {
  static const auto value =
      boost::json::parse(R"({"text": "a", "empty": "", "number": 1, "object": {"in": "b"}})");
  return value.get_object();
}

TEST(JsonFields, GiveTextThatIsThere) {
  EXPECT_EQ(text_at(example(), "text"), "a");
  EXPECT_EQ(text_at(example(), "empty"), "");
  EXPECT_EQ(text_at(example(), "missing"), "");
  EXPECT_EQ(text_at(example(), "number"), "");
  EXPECT_EQ(text_at(example(), "object"), "");
}

TEST(JsonFields, GiveAnObjectThatIsThere) {
  ASSERT_NE(object_at(example(), "object"), nullptr);
  EXPECT_EQ(text_at(*object_at(example(), "object"), "in"), "b");
  EXPECT_EQ(object_at(example(), "missing"), nullptr);
  EXPECT_EQ(object_at(example(), "text"), nullptr);
}

}  // namespace
}  // namespace sluice::base
