#include "serve/classification.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace sluice::serve {
namespace {

using Strings = std::vector<std::string>;

template <class T>
tensor::Tensor scores(tensor::DType dtype, tensor::Shape shape, const std::vector<T>& values) {
  auto tensor = tensor::Tensor::allocate("y", dtype, std::move(shape));
  std::copy(values.begin(), values.end(), tensor->template mutable_as<T>().begin());
  return *std::move(tensor);
}

Strings strings(const tensor::Tensor& tensor) {
  return {tensor.strings().begin(), tensor.strings().end()};
}

TEST(Classification, NamesTheBestOfEachRow) {
  const auto y = scores<float>(tensor::DType::fp32, {2, 3}, {0.25F, 0.5F, 0.125F, 1, 2, 3});
  const Strings labels{"cat", "dog"};
  const auto result = classify(y, 2, labels);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->name(), "y");
  EXPECT_EQ(result->shape(), (tensor::Shape{2, 2}));
  EXPECT_EQ(strings(*result),
            (Strings{"0.500000:1:dog", "0.250000:0:cat", "3.000000:2", "2.000000:1:dog"}));
}

TEST(Classification, OneAxisHasNoRowsAndNoMoreClassesThanThereAre) {
  const auto y = scores<std::int8_t>(tensor::DType::int8, {2}, {-1, 7});
  const auto result = classify(y, 1000, {});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->shape(), (tensor::Shape{2}));
  EXPECT_EQ(strings(*result), (Strings{"7:1", "-1:0"}));
}

TEST(Classification, TiesKeepTheirOrderAndNanIsLast) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto y = scores<double>(tensor::DType::fp64, {4}, {nan, 1, 1, -2});
  const auto result = classify(y, 4, {});
  ASSERT_TRUE(result);
  EXPECT_EQ(strings(*result), (Strings{"1.000000:1", "1.000000:2", "-2.000000:3", "nan:0"}));
}

TEST(Classification, NoRowsNoClasses) {
  const auto y = scores<float>(tensor::DType::fp32, {0, 3}, {});
  const auto result = classify(y, 2, {});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->shape(), (tensor::Shape{0, 0}));
}

TEST(Classification, RefusesWhatCannotBeRanked) {
  const auto half = scores<std::uint16_t>(tensor::DType::fp16, {1}, {0});
  EXPECT_FALSE(classify(half, 1, {}));
  EXPECT_FALSE(classify(scores<float>(tensor::DType::fp32, {1}, {0}), 0, {}));
}

}  // namespace
}  // namespace sluice::serve
