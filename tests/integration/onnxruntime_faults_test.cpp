// What goes wrong in ONNX Runtime comes back as an error that names what and why.
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "onnxruntime_helpers.hpp"

namespace sluice::backend {
namespace {

using base::ErrorCode;
using tensor::DType;
using tensor::Tensor;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string write(const std::string& content) {
  std::string path = testing::TempDir() + "onnxruntime_faults_" +
                     testing::UnitTest::GetInstance()->current_test_info()->name() + ".onnx";
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

TEST(OnnxruntimeLoad, NamesModelAndFileThatIsMissing) {
  auto options = onnx_options("conv_gemm");
  options.path = "models/nowhere.onnx";
  const auto loaded = make_onnxruntime_backend()->load(options);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::not_found);
  EXPECT_THAT(loaded.error().message,
              AllOf(HasSubstr("model 'conv_gemm'"), HasSubstr("'models/nowhere.onnx'")));
}

TEST(OnnxruntimeLoad, ATruncatedFileIsAnErrorWhereverItEnds) {
  const std::string whole = read(fixture("conv_gemm"));
  ASSERT_GT(whole.size(), 100U);
  auto options = onnx_options("conv_gemm");
  for (std::size_t size = 0; size < whole.size(); size += 13) {
    options.path = write(whole.substr(0, size));
    const auto loaded = make_onnxruntime_backend()->load(options);
    ASSERT_FALSE(loaded) << size << " bytes";
    EXPECT_EQ(loaded.error().code, ErrorCode::invalid) << loaded.error().message;
    EXPECT_THAT(loaded.error().message,
                AllOf(HasSubstr("model 'conv_gemm'"), HasSubstr(options.path), HasSubstr("again")));
  }
}

TEST(OnnxruntimeLoad, ACorruptFileIsAnErrorThatNamesIt) {
  auto options = onnx_options("conv_gemm");
  options.path = write("this is not a model at all");
  EXPECT_THAT(load_error(options), AllOf(HasSubstr(options.path), HasSubstr("corrupt")));
}

TEST(OnnxruntimeLoad, UnknownOperatorsAreNamed) {
  EXPECT_THAT(load_error(onnx_options("unknown_operator")),
              AllOf(HasSubstr("unknown_operator.onnx"), HasSubstr("NoSuchOperator")));
}

TEST(OnnxruntimeLoad, UnsupportedTypesAreNamed) {
  EXPECT_THAT(load_error(onnx_options("float8")), AllOf(HasSubstr("input"), HasSubstr("'x'")));
  EXPECT_THAT(load_error(onnx_options("sequence")),
              AllOf(HasSubstr("output"), HasSubstr("'y'"), HasSubstr("not a tensor")));
}

TEST(OnnxruntimeLoad, BatchingNeedsADynamicFirstAxis) {
  EXPECT_THAT(load_error(onnx_options("static_batch_1", 2)),
              AllOf(HasSubstr("max_batch is 2"), HasSubstr("input 'x' [1,4]"),
                    HasSubstr("set max_batch: 1")));
  EXPECT_THAT(load_error(onnx_options("transpose", 2)), HasSubstr("output 'y' [4,-1]"));
}

TEST(OnnxruntimeLoad, RefusesImpossibleNumbers) {
  EXPECT_THAT(load_error(onnx_options("conv_gemm", 0)), HasSubstr("max_batch is 0"));
  auto options = onnx_options("conv_gemm");
  options.threads = 0;
  EXPECT_THAT(load_error(options), HasSubstr("threads is 0"));
  options.threads = 4000000000U;
  EXPECT_THAT(load_error(options), HasSubstr("threads is 4000000000"));
}

TEST(OnnxruntimeRunFaults, InputsThatDoNotFitAreNamed) {
  const auto instance = load_onnx(onnx_options("two_by_two", 2));
  const Tensor a = floats("a", {1, 2}, {1, 2});
  const Tensor b = int64s("b", {1, 3}, {1, 2, 3});
  for (const auto& [inputs, message] : std::vector<std::pair<Tensors, std::string>>{
           {{a}, "input 'b' (INT64 [-1,3]) is missing"},
           {{a, floats("b", {1, 3}, {1, 2, 3})}, "input 'b': the model wants INT64 [-1,3]"},
           {{floats("a", {1, 3}, {1, 2, 3}), b}, "input 'a': the model wants FP32 [-1,2]"},
           {{floats("a", {2, 2}, {1, 2, 3, 4}), b}, "differ in their first dimension"}}) {
    const auto checked = instance->check(inputs);
    ASSERT_FALSE(checked) << message;
    EXPECT_EQ(checked.error().code, ErrorCode::invalid);
    EXPECT_THAT(checked.error().message,
                AllOf(HasSubstr("model 'two_by_two'"), HasSubstr(message)));
    const auto ran = run(*instance, {inputs});
    ASSERT_FALSE(ran) << message;
    EXPECT_THAT(ran.error().message, HasSubstr(message));
  }
  EXPECT_TRUE(instance->check({a, b}));
}

TEST(OnnxruntimeRunFaults, RequestsOfOneBatchMustAgree) {
  const auto instance = load_onnx(onnx_options("free_size", 2));
  const auto results =
      run(*instance, {{floats("x", {1, 1, 1, 2}, {1, 2})}, {floats("x", {1, 1, 1, 3}, {1, 2, 3})}});
  ASSERT_FALSE(results);
  EXPECT_EQ(results.error().code, ErrorCode::invalid);
  EXPECT_THAT(results.error().message,
              AllOf(HasSubstr("tensor 'x'"), HasSubstr("[1,1,1,2]"), HasSubstr("[1,1,1,3]")));
}

TEST(OnnxruntimeRunFaults, ABatchSaysWhichRequestDoesNotFit) {
  const auto instance = load_onnx(onnx_options("identity_fp32", 2));
  const auto results =
      run(*instance, {{floats("x", {1, 2}, {1, 2})}, {floats("x", {1, 3}, {1, 2, 3})}});
  ASSERT_FALSE(results);
  EXPECT_THAT(results.error().message, HasSubstr("request 2 of 2: input 'x'"));
}

TEST(OnnxruntimeRunFaults, BatchesOfImpossibleSizesAreRefused) {
  const auto instance = load_onnx(onnx_options("identity_fp32", 2));
  const Tensors request{floats("x", {1, 2}, {1, 2})};
  EXPECT_FALSE(run(*instance, {}));
  const auto three = run(*instance, {request, request, request});
  ASSERT_FALSE(three);
  EXPECT_THAT(three.error().message, HasSubstr("a batch of 3 requests; it takes 1 to 2"));
}

TEST(OnnxruntimeRunFaults, AFailureAtRunTimeLeavesTheInstanceUsable) {
  const auto instance = load_onnx(onnx_options("lookup", 2));
  for (int i = 0; i < 2; ++i) {
    const auto failed = run(*instance, {{int64s("x", {1}, {0})}, {int64s("x", {1}, {9})}});
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ErrorCode::internal);
    EXPECT_THAT(failed.error().message,
                AllOf(HasSubstr("model 'lookup': a batch of 2 failed"), HasSubstr("Gather")));
    EXPECT_EQ(failed.error().message.find('\n'), std::string::npos);
    const auto good = run(*instance, {{int64s("x", {2}, {3, 0})}});
    ASSERT_TRUE(good) << good.error().message;
    EXPECT_THAT(good->at(0)[0].as<float>(), ElementsAre(6, 7, 0, 1));
  }
}

TEST(OnnxruntimeRunFaults, AModelThatMixesRequestsIsFoundOut) {
  const auto instance = load_onnx(onnx_options("unique", 2));
  const Tensors request{floats("x", {1, 2}, {1, 2})};
  EXPECT_TRUE(run(*instance, {request}));
  const auto mixed = run(*instance, {request, request});
  ASSERT_FALSE(mixed);
  EXPECT_THAT(mixed.error().message, AllOf(HasSubstr("output 'y' is [1,2] for a batch of 2 rows"),
                                           HasSubstr("set max_batch: 1")));
}

TEST(OnnxruntimeCancel, EndsABatchThatWouldNeverEnd) {
  const auto instance = load_onnx(onnx_options("count"));
  const std::vector<Tensors> endless{{int64s("trips", {1}, {std::int64_t{1} << 62})}};
  CancelToken cancel;
  auto result = std::async(std::launch::async, [&] { return instance->run(endless, cancel); });
  cancel.cancel();
  const auto ended = result.get();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::unavailable);
  EXPECT_THAT(ended.error().message, HasSubstr("cancelled"));
  // The next batch is not affected.
  const auto next = run(*instance, {{int64s("trips", {1}, {5})}});
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_THAT(next->at(0)[0].as<float>(), ElementsAre(5));
}

TEST(OnnxruntimeCancel, BeforeTheStart) {
  const auto instance = load_onnx(onnx_options("count"));
  CancelToken cancel;
  cancel.cancel();
  const auto ended = instance->run(std::vector<Tensors>{{int64s("trips", {1}, {1})}}, cancel);
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace sluice::backend
