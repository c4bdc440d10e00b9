#include "model/example.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::model {
namespace {

using backend::ModelInfo;
using backend::ModelOptions;
using tensor::DType;
using tensor::Shape;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

ModelInfo info() {
  ModelInfo info;
  info.name = "m";
  info.inputs = {{"image", DType::fp32, {-1, 3, -1, 8}, false},
                 {"text", DType::bytes, {-1}, false}};
  return info;
}

std::string example_error(const ModelOptions& options) {
  const auto inputs = example_inputs(info(), options);
  return inputs ? "no error" : inputs.error().message;
}

TEST(ExampleInputsTest, AreZerosWithDynamicDimensionsOne) {
  const auto inputs = example_inputs(info(), {});
  ASSERT_TRUE(inputs) << inputs.error().message;
  ASSERT_EQ(inputs->size(), 2U);
  EXPECT_EQ(inputs->at(0).name(), "image");
  EXPECT_EQ(inputs->at(0).shape(), (Shape{1, 3, 1, 8}));
  EXPECT_TRUE(std::ranges::all_of(inputs->at(0).as<float>(), [](float v) { return v == 0; }));
  EXPECT_EQ(inputs->at(1).dtype(), DType::bytes);
  EXPECT_THAT(inputs->at(1).strings(), ElementsAre(""));
}

TEST(ExampleInputsTest, TakeTheGivenShapes) {
  ModelOptions options;
  options.example_shapes["image"] = {2, 3, 40, 8};
  const auto inputs = example_inputs(info(), options);
  ASSERT_TRUE(inputs) << inputs.error().message;
  EXPECT_EQ(inputs->at(0).shape(), (Shape{2, 3, 40, 8}));
  EXPECT_EQ(inputs->at(1).shape(), (Shape{1}));
}

TEST(ExampleInputsTest, RefuseShapesThatDoNotFit) {
  ModelOptions options;
  options.name = "m";
  options.example_shapes["image"] = {2, 3, 40, 9};
  EXPECT_THAT(example_error(options), AllOf(HasSubstr("model 'm'"), HasSubstr("[2,3,40,9]"),
                                            HasSubstr("'image', which is FP32 [-1,3,-1,8]")));
  options.example_shapes["image"] = {3};
  EXPECT_THAT(example_error(options), HasSubstr("does not fit"));
}

TEST(ExampleInputsTest, RefuseUnknownInputsWithTheNearest) {
  ModelOptions options;
  options.example_shapes["imgae"] = {1, 3, 40, 8};
  EXPECT_THAT(example_error(options), AllOf(HasSubstr("no input 'imgae'"), HasSubstr("\"image\"")));
}

}  // namespace
}  // namespace sluice::model
