#include "backend/ort_providers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backend/ort_environment.hpp"

namespace sluice::backend {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string error_of(const ModelOptions& options) {
  const auto status = check_providers(options);
  return status ? "no error" : status.error().message;
}

TEST(ProvidersTest, AcceptsOurNamesAndOnnxRuntimes) {
  ModelOptions options;
  options.providers = {"tensorrt", "CUDAExecutionProvider", "openvino", "CoreML", "cpu"};
  options.provider_options["tensorrt"]["trt_fp16_enable"] = "1";
  EXPECT_EQ(error_of(options), "no error");
}

TEST(ProvidersTest, RefusesUnknownNamesWithTheNearest) {
  ModelOptions options;
  options.providers = {"cudda", "cpu"};
  EXPECT_THAT(error_of(options),
              AllOf(HasSubstr("unknown execution provider 'cudda'"), HasSubstr("\"cuda\"")));
}

TEST(ProvidersTest, RefusesNoneAndTwice) {
  ModelOptions options;
  options.providers = {};
  EXPECT_THAT(error_of(options), HasSubstr("list at least cpu"));
  options.providers = {"cpu", "cpu"};
  EXPECT_THAT(error_of(options), HasSubstr("'cpu' is listed more than once"));
}

TEST(ProvidersTest, RefusesOptionsThatWouldBeIgnored) {
  ModelOptions options;
  options.provider_options["cuda"]["device_id"] = "0";
  EXPECT_THAT(error_of(options), HasSubstr("'cuda', which is not among the providers cpu"));
  options.provider_options.clear();
  options.provider_options["cpu"]["threads"] = "2";
  EXPECT_THAT(error_of(options), HasSubstr("'threads' cannot be set"));
}

TEST(ProvidersTest, NamesGoBothWays) {
  EXPECT_TRUE(is_cpu_provider("cpu"));
  EXPECT_TRUE(is_cpu_provider("CPUExecutionProvider"));
  EXPECT_FALSE(is_cpu_provider("cuda"));
  EXPECT_EQ(short_provider_name("TensorrtExecutionProvider"), "tensorrt");
  EXPECT_EQ(short_provider_name("CPUExecutionProvider"), "cpu");
  EXPECT_EQ(short_provider_name("SomethingNewExecutionProvider"), "somethingnew");
}

TEST(ProvidersTest, WhatTheBuildLacksIsSaidWithARemedy) {
  // No build of ONNX Runtime for Linux has this one.
  ASSERT_TRUE(ort_environment());
  Ort::SessionOptions session_options;
  const auto appended = append_provider(session_options, "coreml", {});
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().code, base::ErrorCode::unsupported);
  EXPECT_THAT(appended.error().message, AllOf(HasSubstr("built without it"), HasSubstr("cpu"),
                                              HasSubstr("ONNXRUNTIME_ROOT")));
}

}  // namespace
}  // namespace sluice::backend
