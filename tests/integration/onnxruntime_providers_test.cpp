// Which execution provider is taken, and what is said about those that are not. No build of ONNX
// Runtime for Linux has CoreML or DirectML: they stand for whatever a machine lacks.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "onnxruntime_helpers.hpp"

namespace sluice::backend {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

TEST(OnnxruntimeProviders, CpuIsTakenWithNothingToReport) {
  const auto instance = load_onnx(onnx_options("conv_gemm"));
  EXPECT_EQ(instance->info().backend, "onnxruntime");
  EXPECT_EQ(instance->info().name, "conv_gemm");
  EXPECT_EQ(instance->info().provider, "cpu");
  EXPECT_THAT(instance->info().refused_providers, IsEmpty());
  for (const auto& [provider, nodes] : instance->info().provider_nodes) {
    EXPECT_EQ(provider, "cpu");
    EXPECT_GT(nodes, 0U);
  }
}

TEST(OnnxruntimeProviders, TheListIsTriedInOrderAndRefusalsAreTold) {
  auto options = onnx_options("conv_gemm");
  options.providers = {"directml", "coreml", "cpu"};
  const auto instance = load_onnx(options);
  EXPECT_EQ(instance->info().provider, "cpu");
  EXPECT_THAT(instance->info().refused_providers,
              ElementsAre(AllOf(StartsWith("directml: "), HasSubstr("built without it")),
                          AllOf(StartsWith("coreml: "), HasSubstr("built without it"))));
}

TEST(OnnxruntimeProviders, WhatIsListedAfterCpuIsNotTried) {
  auto options = onnx_options("conv_gemm");
  options.providers = {"cpu", "coreml"};
  EXPECT_THAT(load_onnx(options)->info().refused_providers, IsEmpty());
}

TEST(OnnxruntimeProviders, CpuIsNoFallbackUnlessListed) {
  auto options = onnx_options("conv_gemm");
  options.providers = {"coreml"};
  const auto loaded = make_onnxruntime_backend()->load(options);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, base::ErrorCode::unsupported);
  EXPECT_THAT(loaded.error().message, AllOf(HasSubstr("model 'conv_gemm'"), HasSubstr("coreml: "),
                                            HasSubstr("list cpu last to fall back to it")));
}

TEST(OnnxruntimeProviders, ABadListIsAnErrorOfTheModel) {
  auto options = onnx_options("conv_gemm");
  options.providers = {"cudda"};
  EXPECT_THAT(load_error(options), AllOf(HasSubstr("model 'conv_gemm'"), HasSubstr("'cudda'")));
}

TEST(OnnxruntimeProviders, ABrokenModelIsNotBlamedOnAProvider) {
  auto options = onnx_options("conv_gemm");
  options.path = std::string(SLUICE_SOURCE_DIR) + "/tools/make-fixtures";
  options.providers = {"coreml", "cpu"};
  EXPECT_THAT(load_error(options), AllOf(HasSubstr("tools/make-fixtures"), HasSubstr("corrupt"),
                                         Not(HasSubstr("none of the providers"))));
}

TEST(OnnxruntimeProviders, EveryProviderBeforeTheTakenOneHasAReason) {
  // What is taken depends on the machine: CUDA where it has it, else the CPU.
  auto options = onnx_options("conv_gemm");
  options.providers = {"tensorrt", "cuda", "cpu"};
  const auto instance = load_onnx(options);
  const ModelInfo& info = instance->info();
  const auto taken = std::ranges::find(options.providers, info.provider);
  ASSERT_NE(taken, options.providers.end());
  for (auto before = options.providers.begin(); before != taken; ++before) {
    EXPECT_THAT(info.refused_providers,
                Contains(AllOf(StartsWith(*before + ": "), Not(HasSubstr("[ONNXRuntimeError]")))));
  }
  const Tensors request{floats("x", {1, 1, 8, 8}, std::vector<float>(64, 0.5F))};
  EXPECT_TRUE(run(*instance, {request}));
}

}  // namespace
}  // namespace sluice::backend
