#include "tensor/concatenate.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sluice::tensor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Tensor floats(Shape shape, const std::vector<float>& values) {
  auto tensor = Tensor::allocate("x", DType::fp32, std::move(shape));
  std::ranges::copy(values, tensor.value().mutable_as<float>().begin());
  return *tensor;
}

base::Result<Tensor> join(const std::vector<Tensor>& tensors) {
  std::vector<const Tensor*> parts;
  for (const Tensor& tensor : tensors) parts.push_back(&tensor);
  return concatenate(parts);
}

TEST(ConcatenateTest, JoinsRowsInOrder) {
  const auto joined = join({floats({1, 2}, {1, 2}), floats({2, 2}, {3, 4, 5, 6})});
  ASSERT_TRUE(joined) << joined.error().message;
  EXPECT_EQ(joined->name(), "x");
  EXPECT_EQ(joined->shape(), (Shape{3, 2}));
  EXPECT_THAT(joined->as<float>(), ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(ConcatenateTest, SkipsEmptyParts) {
  const auto joined = join({floats({0, 2}, {}), floats({1, 2}, {3, 4}), floats({0, 2}, {})});
  ASSERT_TRUE(joined) << joined.error().message;
  EXPECT_EQ(joined->shape(), (Shape{1, 2}));
  EXPECT_THAT(joined->as<float>(), ElementsAre(3, 4));
}

TEST(ConcatenateTest, JoinsStrings) {
  const auto joined = join({Tensor::from_strings("s", {1}, {"a"}).value(),
                            Tensor::from_strings("s", {2}, {"", "c"}).value()});
  ASSERT_TRUE(joined) << joined.error().message;
  EXPECT_EQ(joined->shape(), (Shape{3}));
  EXPECT_THAT(joined->strings(), ElementsAre("a", "", "c"));
}

TEST(ConcatenateTest, RefusesWhatDiffersBeyondTheFirstDimension) {
  const auto joined = join({floats({1, 2}, {1, 2}), floats({1, 3}, {1, 2, 3})});
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, base::ErrorCode::invalid);
  EXPECT_THAT(joined.error().message, HasSubstr("tensor 'x': FP32 [1,2] and FP32 [1,3] cannot"));
  EXPECT_FALSE(join({floats({1, 2}, {1, 2}), floats({2}, {1, 2})}));
  EXPECT_FALSE(join({floats({1, 2}, {1, 2}), Tensor::allocate("x", DType::int32, {1, 2}).value()}));
}

TEST(ConcatenateTest, RefusesScalarsAndNothing) {
  const auto scalar = join({floats({}, {1})});
  ASSERT_FALSE(scalar);
  EXPECT_THAT(scalar.error().message, HasSubstr("is a scalar"));
  EXPECT_FALSE(join({}));
}

TEST(ConcatenateTest, RefusesMoreRowsThanCountable) {
  // Tensors without elements may have any number of rows.
  const Tensor huge = Tensor::allocate("x", DType::fp32, {std::int64_t{1} << 62, 0}).value();
  EXPECT_FALSE(join({huge, huge}));
}

RC_GTEST_PROP(ConcatenateTest, RowsUndoIt, ()) {
  const auto sizes = *rc::gen::nonEmpty(
      rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 4)));
  const auto columns = *rc::gen::inRange<std::int64_t>(0, 4);
  std::vector<Tensor> parts;
  for (const std::int64_t rows : sizes) {
    const auto count = static_cast<std::size_t>(rows * columns);
    parts.push_back(
        floats({rows, columns}, *rc::gen::container<std::vector<float>>(
                                    count, rc::gen::map(rc::gen::inRange(-9, 9), [](int value) {
                                      return static_cast<float>(value);
                                    }))));
  }
  const auto joined = join(parts);
  RC_ASSERT(joined.has_value());
  std::int64_t first = 0;
  for (const Tensor& part : parts) {
    const auto rows = joined->rows(first, part.shape()[0]);
    RC_ASSERT(rows.has_value());
    RC_ASSERT(rows->shape() == part.shape());
    RC_ASSERT(std::ranges::equal(rows->as<float>(), part.as<float>()));
    first += part.shape()[0];
  }
  RC_ASSERT(first == joined->shape()[0]);
}

}  // namespace
}  // namespace sluice::tensor
