#include "rules/pattern.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::rules {
namespace {

Pattern compiled(const std::string& expression) {
  const auto pattern = Pattern::compile(expression);
  EXPECT_TRUE(pattern) << pattern.error().message;
  return pattern.value_or(Pattern());
}

TEST(Pattern, IsFoundAnywhereUnlessTiedToTheEnds) {
  EXPECT_TRUE(compiled("[A-Z]{2}\\d+").found_in("lot AB12 x"));
  EXPECT_FALSE(compiled("^[A-Z]{2}\\d+$").found_in("lot AB12 x"));
  EXPECT_TRUE(compiled("^[A-Z]{2}\\d+$").found_in("AB12"));
  EXPECT_FALSE(compiled("x").found_in(""));
}

TEST(Pattern, CountsCharactersRatherThanBytes) {
  EXPECT_TRUE(compiled("^.{3}$").found_in("süß"));
}

TEST(Pattern, ErrorsNameTheExpression) {
  using testing::HasSubstr;
  const auto open = Pattern::compile("a(b");
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().code, base::ErrorCode::invalid);
  EXPECT_THAT(open.error().message, HasSubstr("'a(b'"));
  EXPECT_THAT(open.error().message, HasSubstr("missing )"));
  EXPECT_FALSE(Pattern::compile("(a)\\1"));  // back references are not regular
  EXPECT_FALSE(Pattern::compile(""));
}

TEST(Pattern, NoneIsFoundNowhere) {
  EXPECT_TRUE(Pattern().empty());
  EXPECT_FALSE(Pattern().found_in(""));
  EXPECT_EQ(compiled("a+").expression(), "a+");
}

// With back-tracking this takes 2^40 steps: the test would not end.
TEST(Pattern, CannotExplode) {
  EXPECT_FALSE(compiled("^(a+)+$").found_in(std::string(40, 'a') + "b"));
}

}  // namespace
}  // namespace sluice::rules
