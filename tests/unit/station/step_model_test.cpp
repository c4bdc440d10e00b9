#include "station/step_model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/station/station_helpers.hpp"

namespace sluice::station {
namespace {

using tensor::DType;
using tensor::TensorInfo;
using testing::Each;
using testing::HasSubstr;
using testing::SizeIs;

backend::ModelInfo model_of(const std::string& backend, const TensorInfo& input) {
  backend::ModelInfo info;
  info.name = "net";
  info.backend = backend;
  info.inputs = {input};
  info.outputs = {{"y", DType::fp32, {-1, 1}}};
  return info;
}

base::Result<graph::Prepared> prepared_for(const backend::ModelInfo& model, camera::Sample sample) {
  auto bound = bind({}, vision::post::ValuesOptions{}, model);
  if (!bound) return tl::unexpected(bound.error());
  const auto models = std::make_shared<const StepModels>(StepModels{std::move(*bound)});
  const SampleImage image(std::move(sample), models);
  return image.prepare(0, image.size().box());
}

TEST(StepModel, ASyntheticOneTakesWhateverTheCameraGives) {
  const auto synthetic = model_of("synthetic", {"x", DType::fp32, {-1, 1}});
  for (const auto& sample : {picture("a", {}), reading(0.5F, {})}) {
    const auto prepared = prepared_for(synthetic, sample);
    ASSERT_TRUE(prepared) << prepared.error().message;
    ASSERT_THAT(prepared->inputs, SizeIs(1));
    EXPECT_EQ(prepared->inputs[0].name(), "x");
    EXPECT_EQ(prepared->inputs[0].shape(), (tensor::Shape{1, 1}));
    EXPECT_THAT(prepared->inputs[0].as<float>(), Each(0.0F));
  }
}

TEST(StepModel, AnotherTakesNumbersOrImages) {
  const auto numbers = model_of("onnxruntime", {"x", DType::fp32, {-1, 1}});
  const auto prepared = prepared_for(numbers, reading(0.5F, {}));
  ASSERT_TRUE(prepared) << prepared.error().message;
  EXPECT_THAT(prepared->inputs[0].as<float>(), testing::ElementsAre(0.5F));
  EXPECT_THAT(prepared_for(numbers, picture("a", {})).error().message,
              HasSubstr("the camera gives images, and the step's model takes numbers"));
  const auto images = model_of("onnxruntime", {"x", DType::fp32, {1, 3, 4, 8}});
  EXPECT_THAT(prepared_for(images, reading(0.5F, {})).error().message,
              HasSubstr("the camera gives numbers, and the step's model takes images"));
}

}  // namespace
}  // namespace sluice::station
