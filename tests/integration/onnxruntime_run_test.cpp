// Batches through ONNX Runtime: every type, one request and several, what is shared and copied.
#include <algorithm>
#include <memory>
#include <span>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "onnxruntime_helpers.hpp"

namespace sluice::backend {
namespace {

using tensor::DType;
using tensor::Shape;
using tensor::Tensor;
using testing::ElementsAre;
using testing::FloatNear;
using testing::Pointwise;

struct TypeCase {
  const char* model;
  DType dtype;
};

class OnnxruntimeIdentity : public testing::TestWithParam<TypeCase> {
 protected:
  /// [rows,2] with a byte pattern of its own per request (booleans: 0 and 1).
  [[nodiscard]] static Tensor pattern(std::int64_t rows, int seed) {
    auto tensor = Tensor::allocate("x", GetParam().dtype, {rows, 2});
    int byte = seed;
    for (std::byte& value : tensor.value().mutable_data()) {
      value = static_cast<std::byte>(GetParam().dtype == DType::boolean ? byte % 2 : byte % 120);
      byte += 7;
    }
    return std::move(*tensor);
  }

  static bool same(const Tensor& a, const Tensor& b) {
    return a.dtype() == b.dtype() && a.shape() == b.shape() &&
           std::ranges::equal(a.data(), b.data());
  }
};

TEST_P(OnnxruntimeIdentity, GivesEveryRequestItsOwnRows) {
  const auto instance = load_onnx(onnx_options(GetParam().model, 4));
  ASSERT_EQ(instance->info().inputs.at(0).dtype, GetParam().dtype);
  EXPECT_EQ(instance->info().inputs[0].shape, (Shape{-1, 2}));

  const std::vector<Tensors> batch{{pattern(1, 1)}, {pattern(3, 2)}, {pattern(1, 3)}};
  const auto results = run(*instance, batch);
  ASSERT_TRUE(results) << results.error().message;
  ASSERT_EQ(results->size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    ASSERT_EQ(results->at(i).size(), 1U);
    EXPECT_EQ(results->at(i)[0].name(), "y");
    EXPECT_TRUE(same(results->at(i)[0], batch[i][0])) << "request " << i;
  }
}

TEST_P(OnnxruntimeIdentity, HandlesNoRowsAtAll) {
  const auto instance = load_onnx(onnx_options(GetParam().model));
  const auto results = run(*instance, {{pattern(0, 1)}});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(results->at(0)[0].shape(), (Shape{0, 2}));
}

INSTANTIATE_TEST_SUITE_P(
    Types, OnnxruntimeIdentity,
    testing::Values(
        TypeCase{"identity_bool", DType::boolean}, TypeCase{"identity_uint8", DType::uint8},
        TypeCase{"identity_uint16", DType::uint16}, TypeCase{"identity_uint32", DType::uint32},
        TypeCase{"identity_uint64", DType::uint64}, TypeCase{"identity_int8", DType::int8},
        TypeCase{"identity_int16", DType::int16}, TypeCase{"identity_int32", DType::int32},
        TypeCase{"identity_int64", DType::int64}, TypeCase{"identity_fp16", DType::fp16},
        TypeCase{"identity_bf16", DType::bf16}, TypeCase{"identity_fp32", DType::fp32},
        TypeCase{"identity_fp64", DType::fp64}),
    [](const auto& test) { return std::string(test.param.model); });

TEST(OnnxruntimeRun, StringsOfAnyBytesAloneAndInABatch) {
  const auto instance = load_onnx(onnx_options("identity_string", 2));
  const std::string zero("a\0b", 3);
  const auto first = Tensor::from_strings("x", {1, 2}, {zero, ""}).value();
  const auto second = Tensor::from_strings("x", {2, 2}, {"c", "\xff", "ü", "e"}).value();
  const auto alone = run(*instance, {{first}});
  ASSERT_TRUE(alone) << alone.error().message;
  EXPECT_THAT(alone->at(0)[0].strings(), ElementsAre(zero, ""));
  const auto both = run(*instance, {{first}, {second}});
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_THAT(both->at(0)[0].strings(), ElementsAre(zero, ""));
  EXPECT_THAT(both->at(1)[0].strings(), ElementsAre("c", "\xff", "ü", "e"));
}

TEST(OnnxruntimeRun, SeveralInputsAndOutputsInAnyOrder) {
  const auto instance = load_onnx(onnx_options("two_by_two", 2));
  const Tensors first{int64s("b", {1, 3}, {1, 2, 3}), floats("a", {1, 2}, {1, 2})};
  const Tensors second{floats("a", {1, 2}, {3, 4}), int64s("b", {1, 3}, {4, 5, 6})};
  const auto results = run(*instance, {first, second});
  ASSERT_TRUE(results) << results.error().message;
  ASSERT_EQ(results->at(1).size(), 2U);
  EXPECT_EQ(results->at(0)[0].name(), "doubled");
  EXPECT_EQ(results->at(0)[1].name(), "negated");
  EXPECT_THAT(results->at(0)[0].as<float>(), ElementsAre(2, 4));
  EXPECT_THAT(results->at(0)[1].as<std::int64_t>(), ElementsAre(-1, -2, -3));
  EXPECT_THAT(results->at(1)[0].as<float>(), ElementsAre(6, 8));
  EXPECT_THAT(results->at(1)[1].as<std::int64_t>(), ElementsAre(-4, -5, -6));
}

TEST(OnnxruntimeRun, OutputsOfABatchShareOneBuffer) {
  const auto instance = load_onnx(onnx_options("two_by_two", 2));
  const Tensors request{floats("a", {1, 2}, {1, 2}), int64s("b", {1, 3}, {1, 2, 3})};
  const auto results = run(*instance, {request, request}).value();
  EXPECT_EQ(results[0][0].data().data() + 8, results[1][0].data().data());
}

TEST(OnnxruntimeRun, OutputsOutliveInstanceAndBackend) {
  std::vector<Tensors> results;
  {
    const auto instance = load_onnx(onnx_options("conv_gemm", 2));
    const Tensors request{floats("x", {1, 1, 8, 8}, std::vector<float>(64, 0.25F))};
    results = run(*instance, {request, request}).value();
  }
  results.erase(results.begin());
  const auto values = results[0][0].as<float>();
  EXPECT_NEAR(values[0] + values[1] + values[2], 1, 1e-5);
}

TEST(OnnxruntimeRun, ABatchComputesWhatItsRequestsDoAlone) {
  const auto instance = load_onnx(onnx_options("conv_gemm", 3));
  std::vector<Tensors> batch;
  for (int i = 0; i < 3; ++i) {
    std::vector<float> pixels(64);
    for (std::size_t p = 0; p < pixels.size(); ++p) {
      pixels[p] = static_cast<float>((static_cast<int>(p) * (i + 3)) % 11) / 11;
    }
    batch.push_back({floats("x", {1, 1, 8, 8}, pixels)});
  }
  const auto together = run(*instance, batch);
  ASSERT_TRUE(together) << together.error().message;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto alone = run(*instance, {batch[i]});
    ASSERT_TRUE(alone) << alone.error().message;
    EXPECT_THAT(together->at(i)[0].as<float>(),
                Pointwise(FloatNear(1e-5F), alone->at(0)[0].as<float>()));
  }
  EXPECT_FALSE(std::ranges::equal(together->at(0)[0].as<float>(), together->at(1)[0].as<float>()));
}

TEST(OnnxruntimeRun, OutputsThatAreInputsKeepTheInputAlive) {
  const auto instance = load_onnx(onnx_options("passthrough", 2));
  auto memory = std::make_shared<std::vector<float>>(std::vector<float>{1, 2});
  const std::weak_ptr<const void> alive = memory;
  std::vector<Tensors> results;
  {
    const auto bytes = std::as_bytes(std::span(*memory));
    const Tensors request{
        Tensor::borrow("x", DType::fp32, {1, 2}, bytes, std::move(memory)).value()};
    results = run(*instance, {request}).value();
  }
  ASSERT_FALSE(alive.expired());
  EXPECT_THAT(results[0][0].as<float>(), ElementsAre(1, 2));
  EXPECT_THAT(results[0][1].as<float>(), ElementsAre(-1, -2));
  results.clear();
  EXPECT_TRUE(alive.expired());
}

TEST(OnnxruntimeRun, OutputsThatAreInputsOfABatchStayValid) {
  const auto instance = load_onnx(onnx_options("passthrough", 2));
  const auto both =
      run(*instance, {{floats("x", {1, 2}, {1, 2})}, {floats("x", {1, 2}, {3, 4})}}).value();
  EXPECT_THAT(both[0][0].as<float>(), ElementsAre(1, 2));
  EXPECT_THAT(both[1][0].as<float>(), ElementsAre(3, 4));
}

TEST(OnnxruntimeRun, DynamicSizesChangeFromRunToRun) {
  const auto instance = load_onnx(onnx_options("free_size", 2));
  for (const std::int64_t width : {1, 5, 2}) {
    const auto values = std::vector<float>(static_cast<std::size_t>(3 * width), 2);
    const auto results = run(*instance, {{floats("x", {1, 1, 3, width}, values)}});
    ASSERT_TRUE(results) << results.error().message;
    EXPECT_EQ(results->at(0)[0].shape(), (Shape{1, 1, 3, width}));
    EXPECT_EQ(results->at(0)[0].as<float>().back(), 4);
  }
}

TEST(OnnxruntimeRun, ModelsWithoutDeclaredShapesTakeAny) {
  const auto instance = load_onnx(onnx_options("any_rank", 2));
  EXPECT_TRUE(instance->info().inputs[0].any_rank);
  EXPECT_TRUE(run(*load_onnx(onnx_options("any_rank")), {{floats("x", {}, {3})}}));
  const auto results =
      run(*instance, {{floats("x", {1, 1, 1}, {1})}, {floats("x", {1, 1, 1}, {2})}});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_THAT(results->at(1)[0].as<float>(), ElementsAre(-2));
}

TEST(OnnxruntimeRun, StaticBatchOfOne) {
  const auto instance = load_onnx(onnx_options("static_batch_1"));
  EXPECT_EQ(instance->info().inputs[0].shape, (Shape{1, 4}));
  const auto results = run(*instance, {{floats("x", {1, 4}, {1, 2, 3, 4})}});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_THAT(results->at(0)[0].as<float>(), ElementsAre(2, 4, 6, 8));
}

TEST(OnnxruntimeRun, SeveralThreadsGiveTheSameAnswer) {
  auto options = onnx_options("conv_gemm");
  const Tensors request{floats("x", {1, 1, 8, 8}, std::vector<float>(64, 0.25F))};
  const auto one = run(*load_onnx(options), {request}).value();
  options.threads = 2;
  for (const bool spin : {false, true}) {
    options.spin = spin;
    const auto two = run(*load_onnx(options), {request}).value();
    EXPECT_THAT(two[0][0].as<float>(), Pointwise(FloatNear(1e-5F), one[0][0].as<float>()));
  }
}

}  // namespace
}  // namespace sluice::backend
