#include "tensor/shape.hpp"

#include <algorithm>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sluice::tensor {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();

TEST(ShapeTest, PrintsDimensions) {
  EXPECT_EQ(to_string(Shape{}), "[]");
  EXPECT_EQ(to_string(Shape{1, 3, -1}), "[1,3,-1]");
}

TEST(ShapeTest, CountsElements) {
  EXPECT_EQ(element_count({}), 1U);
  EXPECT_EQ(element_count({2, 3, 4}), 24U);
  EXPECT_EQ(element_count({kHuge}), static_cast<std::size_t>(kHuge));
}

TEST(ShapeTest, AnEmptyDimensionMakesItEmptyHoweverLargeTheOthers) {
  EXPECT_EQ(element_count({0, kHuge, kHuge}), 0U);
  EXPECT_EQ(element_count({kHuge, kHuge, 0}), 0U);
}

TEST(ShapeTest, RejectsOverflow) {
  const auto count = element_count({kHuge, 2});
  ASSERT_FALSE(count);
  EXPECT_EQ(count.error().code, base::ErrorCode::invalid);
  EXPECT_THAT(count.error().message, HasSubstr("more elements than fit"));
  // 2^32 * 2^32 is 0 in 64 bits.
  EXPECT_FALSE(element_count({std::int64_t{1} << 32, std::int64_t{1} << 32}));
}

TEST(ShapeTest, RejectsNegativeDimensions) {
  const auto count = element_count({2, -1});
  ASSERT_FALSE(count);
  EXPECT_THAT(count.error().message, HasSubstr("[2,-1] has a negative dimension"));
  EXPECT_FALSE(element_count({0, -1}));
}

TEST(ShapeTest, CountsBytes) {
  EXPECT_EQ(byte_count(DType::fp64, {2, 3}), 48U);
  EXPECT_EQ(byte_count(DType::bytes, {2, 3}), 0U);
}

TEST(ShapeTest, RejectsElementsThatFitButBytesThatDoNot) {
  EXPECT_TRUE(byte_count(DType::int8, {kHuge}));
  const auto bytes = byte_count(DType::fp32, {kHuge});
  ASSERT_FALSE(bytes);
  EXPECT_THAT(bytes.error().message, HasSubstr("more bytes than fit"));
}

TEST(ShapeTest, FitsWhereEqualOrDynamic) {
  EXPECT_TRUE(fits({}, {}));
  EXPECT_TRUE(fits({-1, 3}, {7, 3}));
  EXPECT_TRUE(fits({-1, 3}, {0, 3}));
  EXPECT_FALSE(fits({-1, 3}, {7, 4}));
  EXPECT_FALSE(fits({-1, 3}, {7}));
  EXPECT_FALSE(fits({-1}, {7, 3}));
  EXPECT_FALSE(fits({-1}, {-2}));
}

RC_GTEST_PROP(ShapeTest, CountIsTheProductOrAnError, ()) {
  const auto shape = *rc::gen::container<Shape>(rc::gen::oneOf(
      rc::gen::inRange<std::int64_t>(0, 5), rc::gen::inRange<std::int64_t>(1, kHuge)));
  const auto count = element_count(shape);
  if (std::ranges::find(shape, 0) != shape.end()) {
    RC_ASSERT(count == 0U);
    return;
  }
  long double product = 1;
  for (const std::int64_t dimension : shape) product *= static_cast<long double>(dimension);
  if (!count) {
    RC_ASSERT(product > 0x1p63L * 0.999L);
    return;
  }
  // Exactly: taking the dimensions out again leaves 1.
  std::size_t rest = *count;
  for (const std::int64_t dimension : shape) {
    RC_ASSERT(rest % static_cast<std::size_t>(dimension) == 0U);
    rest /= static_cast<std::size_t>(dimension);
  }
  RC_ASSERT(rest == 1U);
}

}  // namespace
}  // namespace sluice::tensor
