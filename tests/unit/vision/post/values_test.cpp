#include "vision/post/values.hpp"

#include <cstdint>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/vision/post/tensors.hpp"

namespace sluice::vision::post {
namespace {

using tensor::DType;
using tensor::Tensor;
using tensor::TensorInfo;
using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<Tensor> kValueOutputs{fp32("angles", {1, 2}, {0.5F, -2}),
                                        tensor_of<std::int32_t>("state", DType::int32, {1}, {7}),
                                        *Tensor::from_strings("words", {1, 2}, {"left", "right"})};

TEST(Values, AreAnObjectForEachOutput) {
  const auto objects = decode(ValuesOptions{}, kValueOutputs);
  ASSERT_TRUE(objects) << objects.error().message;
  ASSERT_EQ(objects->size(), 3U);
  EXPECT_EQ((*objects)[0].label, "angles");
  EXPECT_THAT((*objects)[0].values, ElementsAre(0.5F, -2));
  EXPECT_THAT((*objects)[1].values, ElementsAre(7));
  EXPECT_EQ((*objects)[2].text, "left\nright");
  EXPECT_TRUE((*objects)[2].values.empty());
  EXPECT_EQ((*objects)[0].label_index, -1);
}

TEST(Values, AreOfTheNamedOutputsInThatOrder) {
  const auto objects = decode(ValuesOptions{.outputs = {"state", "angles"}}, kValueOutputs);
  ASSERT_TRUE(objects) << objects.error().message;
  ASSERT_EQ(objects->size(), 2U);
  EXPECT_EQ((*objects)[0].label, "state");
  EXPECT_EQ((*objects)[1].label, "angles");
  EXPECT_THAT(refusal_of(decode(ValuesOptions{.outputs = {"stat"}}, kValueOutputs)),
              HasSubstr("no output 'stat'; did you mean \"state\"?"));
}

TEST(Values, AreNoImages) {
  const ValuesOptions options{.max_values = 2};
  EXPECT_TRUE(decode(options, kValueOutputs));
  const std::vector<TensorInfo> image{{.name = "mask", .shape = {1, 3}}};
  EXPECT_EQ(refusal_of(fit(options, image)),
            "output 'mask' has the shape [1,3]: more than 2 elements (max_values)");
  const std::vector<TensorInfo> unknown{{.name = "mask", .shape = {1, -1, 300}}};
  EXPECT_TRUE(fit(options, unknown));
  EXPECT_NE(refusal_of(decode(options, std::vector{fp32("mask", {3}, {1, 2, 3})})), "accepted");
}

TEST(ValuesOptions, NameTheValueThatIsWrong) {
  EXPECT_TRUE(check(ValuesOptions{}));
  EXPECT_THAT(refusal_of(check(ValuesOptions{.max_values = 0})), HasSubstr("max_values is 0"));
}

}  // namespace
}  // namespace sluice::vision::post
