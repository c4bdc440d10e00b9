#include "vision/post/outputs.hpp"

#include <cmath>
#include <cstdint>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/vision/post/tensors.hpp"

namespace sluice::vision::post {
namespace {

using tensor::DType;
using tensor::TensorInfo;
using testing::ElementsAre;
using testing::HasSubstr;

template <class T>
std::vector<float> floats_of(DType dtype, const std::vector<T>& values) {
  const Floats floats(tensor_of<T>("x", dtype, {static_cast<std::int64_t>(values.size())}, values));
  return {floats.span().begin(), floats.span().end()};
}

TEST(Floats, ConvertEveryType) {
  EXPECT_THAT(floats_of<std::uint8_t>(DType::boolean, {0, 1}), ElementsAre(0, 1));
  EXPECT_THAT(floats_of<std::uint8_t>(DType::uint8, {0, 255}), ElementsAre(0, 255));
  EXPECT_THAT(floats_of<std::uint16_t>(DType::uint16, {65535}), ElementsAre(65535));
  EXPECT_THAT(floats_of<std::uint32_t>(DType::uint32, {1U << 31}), ElementsAre(2147483648.0F));
  EXPECT_THAT(floats_of<std::uint64_t>(DType::uint64, {1ULL << 63}), ElementsAre(0x1p63F));
  EXPECT_THAT(floats_of<std::int8_t>(DType::int8, {-128, 127}), ElementsAre(-128, 127));
  EXPECT_THAT(floats_of<std::int16_t>(DType::int16, {-32768}), ElementsAre(-32768));
  EXPECT_THAT(floats_of<std::int32_t>(DType::int32, {-7}), ElementsAre(-7));
  EXPECT_THAT(floats_of<std::int64_t>(DType::int64, {-7, 90}), ElementsAre(-7, 90));
  EXPECT_THAT(floats_of<double>(DType::fp64, {0.5, -2}), ElementsAre(0.5F, -2));
  EXPECT_THAT(floats_of<std::uint16_t>(DType::bf16, {0x3F80, 0xC000}), ElementsAre(1, -2));
  EXPECT_TRUE(std::isnan(floats_of<std::uint16_t>(DType::fp16, {0x7E00})[0]));
}

TEST(Floats, LeaveFp32WhereItIs) {
  const auto tensor = fp32("x", {2}, {1.5F, -3});
  const Floats floats(tensor);
  EXPECT_EQ(floats.span().data(), tensor.as<float>().data());
  EXPECT_THAT(floats.span(), ElementsAre(1.5F, -3));
}

const std::vector<TensorInfo> kOutputs{{.name = "boxes", .shape = {1, -1, 4}},
                                       {.name = "names", .dtype = DType::bytes, .shape = {1}},
                                       {.name = "odd", .shape = {}, .any_rank = true}};

TEST(FindOutput, TakesTheOneOfThatName) {
  EXPECT_EQ(find_output(kOutputs, "odd"), 2U);
  EXPECT_EQ(find_output(std::span(kOutputs).first(1), ""), 0U);
}

TEST(FindOutput, SaysWhatThereIs) {
  EXPECT_THAT(refusal_of(find_output(kOutputs, "boxs")),
              HasSubstr("no output 'boxs'; did you mean \"boxes\"?"));
  EXPECT_THAT(refusal_of(find_output(kOutputs, "")),
              HasSubstr("3 outputs (boxes, names, odd); say which one to use"));
  EXPECT_THAT(refusal_of(find_output({}, "")), HasSubstr("0 outputs"));
  EXPECT_THAT(refusal_of(find_output(kOutputs, "names")), HasSubstr("'names' holds strings"));
}

TEST(CheckShape, TakesSizesThatAreNotKnownYet) {
  EXPECT_TRUE(check_shape(kOutputs[0], {{1, 100, 4}}, "boxes"));
  EXPECT_TRUE(check_shape(kOutputs[0], {{7}, {-1, -1, -1}}, "boxes"));
  EXPECT_TRUE(check_shape(kOutputs[2], {{7}}, "boxes"));
}

TEST(CheckShape, NamesOutputWantedAndGiven) {
  EXPECT_EQ(refusal_of(check_shape(kOutputs[0], {{1, -1, 5}, {-1, 5}}, "faces")),
            "output 'boxes' has the shape [1,-1,4], not [1,-1,5] or [-1,5] (faces)");
  EXPECT_NE(refusal_of(check_shape(kOutputs[0], {{1, -1}}, "rank")), "accepted");
}

}  // namespace
}  // namespace sluice::vision::post
