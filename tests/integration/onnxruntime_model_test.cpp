// Models from files through model::load, and the demonstration's real networks where they are.
#include <cmath>
#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/repository.hpp"
#include "onnxruntime_helpers.hpp"

namespace sluice::backend {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::FloatNear;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;
using testing::Pointwise;

TEST(OnnxruntimeModel, LoadsWarmsUpAndProfiles) {
  auto options = onnx_options("conv_gemm", 4);
  options.instances = 2;
  const auto loaded = model::load(options, base::SteadyClock());
  ASSERT_TRUE(loaded) << loaded.error().message;
  const model::Model& model = **loaded;
  EXPECT_EQ(model.instances(), 2U);
  ASSERT_EQ(model.profile().batch_times.size(), 3U);
  for (const auto& [size, time] : model.profile().batch_times) {
    EXPECT_GT(time, base::Duration(0)) << size;
  }
  EXPECT_GT(model.profile().base + model.profile().per_item, base::Duration(0));
}

TEST(OnnxruntimeModel, AWarmUpThatFailsNamesTheRemedy) {
  auto options = onnx_options("sixes");
  const auto guessed = model::load(options, base::SteadyClock());
  ASSERT_TRUE(guessed) << guessed.error().message;
  EXPECT_THAT((*guessed)->remark(), AllOf(HasSubstr("Reshape"), HasSubstr("example_shapes")));
  options.example_shapes["x"] = {1, 7};
  const auto failed = model::load(options, base::SteadyClock());
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, AllOf(HasSubstr("model 'sixes'"), HasSubstr("Reshape")));
  options.example_shapes["x"] = {1, 12};
  const auto good = model::load(options, base::SteadyClock());
  ASSERT_TRUE(good) << good.error().message;
  EXPECT_EQ((*good)->remark(), "");
}

TEST(OnnxruntimeModel, InstancesRunAtTheSameTime) {
  auto options = onnx_options("conv_gemm", 2);
  options.instances = 3;
  auto model = std::move(model::load(options, base::SteadyClock()).value());
  const Tensors request{floats("x", {1, 1, 8, 8}, std::vector<float>(64, 0.5F))};
  const auto wanted = run(*model->instance(0), {request}).value();
  std::vector<int> good(3);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < 3; ++i) {
      threads.emplace_back([&, i] {
        for (int n = 0; n < 50; ++n) {
          const auto got = run(*model->instance(i), {request, request});
          good[i] +=
              got && std::ranges::equal(got->at(1)[0].as<float>(), wanted[0][0].as<float>(),
                                        [](float a, float b) { return std::abs(a - b) < 1e-5F; });
        }
      });
    }
  }
  EXPECT_THAT(good, Each(50));
}

TEST(OnnxruntimeModel, InstancesOfOneThreadShareTheirWeights) {
  const auto backend = make_onnxruntime_backend();
  auto options = onnx_options("conv_gemm");
  const auto share = [&](const ModelOptions& other) {
    const auto first = backend->load(options).value();
    const auto second = backend->load(other).value();
    return &first->info() == &second->info();  // kept by the session
  };
  EXPECT_TRUE(share(options));
  auto renamed = options;
  renamed.name = "other";
  EXPECT_FALSE(share(renamed));
  auto elsewhere = options;
  elsewhere.path = fixture("identity_fp32");
  EXPECT_FALSE(share(elsewhere));
  // With threads of their own they would wait for each other.
  options.threads = 2;
  EXPECT_FALSE(share(options));
}

TEST(OnnxruntimeModel, AReplacedInstanceWorks) {
  auto model = std::move(model::load(onnx_options("conv_gemm"), base::SteadyClock()).value());
  const std::shared_ptr<Instance> old = model->instance(0);
  ASSERT_TRUE(model->replace_instance(0));
  const Tensors request{floats("x", {1, 1, 8, 8}, std::vector<float>(64, 0.5F))};
  EXPECT_TRUE(run(*old, {request}));
  EXPECT_TRUE(run(*model->instance(0), {request}));
}

/// The networks that tools/fetch-demo brings.
class OnnxruntimeDemoModels : public testing::Test {
 protected:
  static ModelOptions demo(const std::string& name) {
    ModelOptions options;
    options.name = name;
    options.path = std::string(SLUICE_SOURCE_DIR) + "/demo/models/" + name + ".onnx";
    return options;
  }

  static bool absent(const ModelOptions& options) { return !std::filesystem::exists(options.path); }

  static std::unique_ptr<model::Model> load(const ModelOptions& options) {
    auto loaded = model::load(options, base::SteadyClock());
    if (!loaded) ADD_FAILURE() << loaded.error().message;
    return std::move(loaded.value());
  }

  static constexpr const char* kAbsent = "the model is not there: run tools/fetch-demo";
};

TEST_F(OnnxruntimeDemoModels, TextDetection) {
  auto options = demo("text-detection");
  if (absent(options)) GTEST_SKIP() << kAbsent;
  options.example_shapes["x"] = {1, 3, 64, 64};
  const auto model = load(options);
  // A map of probabilities, as large as the image.
  for (const std::int64_t side : {64, 96}) {
    const std::vector<float> pixels(static_cast<std::size_t>(3 * side * side), 0.5F);
    const auto results = run(*model->instance(0), {{floats("x", {1, 3, side, side}, pixels)}});
    ASSERT_TRUE(results) << results.error().message;
    EXPECT_EQ(results->at(0)[0].shape(), (tensor::Shape{1, 1, side, side}));
    EXPECT_THAT(results->at(0)[0].as<float>(), Each(AllOf(Ge(0), Le(1))));
  }
}

TEST_F(OnnxruntimeDemoModels, TextRecognitionInBatches) {
  auto options = demo("text-recognition");
  if (absent(options)) GTEST_SKIP() << kAbsent;
  options.example_shapes["x"] = {1, 3, 48, 64};
  options.max_batch = 2;
  const auto model = load(options);
  const auto image = [](float value) {
    return Tensors{floats("x", {1, 3, 48, 64}, std::vector<float>(3 * 48 * 64, value))};
  };
  const std::vector<Tensors> images{image(0.1F), image(0.9F)};
  const auto both = run(*model->instance(0), images);
  ASSERT_TRUE(both) << both.error().message;
  for (std::size_t i = 0; i < 2; ++i) {
    const auto alone = run(*model->instance(0), {images[i]});
    ASSERT_TRUE(alone) << alone.error().message;
    EXPECT_EQ(both->at(i)[0].shape(), alone->at(0)[0].shape());
    EXPECT_THAT(both->at(i)[0].as<float>(),
                Pointwise(FloatNear(1e-3F), alone->at(0)[0].as<float>()));
  }
}

TEST_F(OnnxruntimeDemoModels, VoiceActivityKeepsItsState) {
  auto options = demo("voice-activity");
  if (absent(options)) GTEST_SKIP() << kAbsent;
  options.example_shapes = {{"input", {1, 512}}, {"state", {2, 1, 128}}};
  const auto model = load(options);
  Tensors inputs{floats("input", {1, 512}, std::vector<float>(512, 0)), int64s("sr", {}, {16000}),
                 floats("state", {2, 1, 128}, std::vector<float>(256, 0))};
  for (int i = 0; i < 3; ++i) {
    const auto results = run(*model->instance(0), {inputs});
    ASSERT_TRUE(results) << results.error().message;
    EXPECT_THAT(results->at(0)[0].as<float>(), ElementsAre(AllOf(Ge(0), Le(0.5F))));
    // The state that comes out goes in again, without a copy.
    inputs[2] = results->at(0)[1];
    inputs[2].rename("state");
  }
  options.max_batch = 2;
  EXPECT_THAT(load_error(options), HasSubstr("has no dynamic first axis"));
}

}  // namespace
}  // namespace sluice::backend
