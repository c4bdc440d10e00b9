#include "backend/input_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::backend {
namespace {

using tensor::DType;
using tensor::Shape;
using tensor::Tensor;
using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<TensorInfo> kTwo{{"image", DType::fp32, {-1, 3}, false},
                                   {"ids", DType::int64, {-1}, false}};

Tensor make(const std::string& name, DType dtype, Shape shape) {
  return Tensor::allocate(name, dtype, std::move(shape)).value();
}

std::string error_of(const std::vector<TensorInfo>& wanted, const Tensors& given) {
  std::vector<const Tensor*> ordered;
  const auto status = order_inputs(wanted, given, ordered);
  if (status) return "no error";
  EXPECT_EQ(status.error().code, base::ErrorCode::invalid);
  return status.error().message;
}

TEST(OrderInputsTest, MatchesByName) {
  const Tensors given{make("ids", DType::int64, {2}), make("image", DType::fp32, {2, 3})};
  std::vector<const Tensor*> ordered{&given[0]};
  ASSERT_TRUE(order_inputs(kTwo, given, ordered));
  EXPECT_THAT(ordered, ElementsAre(&given[1], &given[0]));
}

TEST(OrderInputsTest, AnUnnamedTensorStandsForTheOnlyInput) {
  const Tensors given{make("", DType::int64, {2})};
  std::vector<const Tensor*> ordered;
  EXPECT_TRUE(order_inputs(std::span(kTwo).subspan(1), given, ordered));
  EXPECT_THAT(ordered, ElementsAre(&given[0]));
  EXPECT_THAT(error_of(kTwo, {given[0], make("image", DType::fp32, {2, 3})}),
              HasSubstr("unknown input ''"));
}

TEST(OrderInputsTest, NamesWhatIsMissingUnknownOrRepeated) {
  const Tensor ids = make("ids", DType::int64, {2});
  const Tensor image = make("image", DType::fp32, {2, 3});
  EXPECT_THAT(error_of(kTwo, {ids}), HasSubstr("input 'image' (FP32 [-1,3]) is missing"));
  EXPECT_THAT(error_of(kTwo, {}), HasSubstr("input 'image' (FP32 [-1,3]) is missing"));
  EXPECT_THAT(error_of(kTwo, {ids, image, make("mask", DType::fp32, {1})}),
              HasSubstr("unknown input 'mask'; the model has 'image', 'ids'"));
  EXPECT_THAT(error_of(kTwo, {ids, image, ids}), HasSubstr("input 'ids' is given more than once"));
  EXPECT_THAT(error_of(kTwo, {ids, ids}), HasSubstr("input 'ids' is given more than once"));
  EXPECT_THAT(error_of({}, {ids}), HasSubstr("unknown input 'ids'"));
}

TEST(OrderInputsTest, SaysWantedAndGiven) {
  const Tensor ids = make("ids", DType::int64, {2});
  EXPECT_EQ(error_of(kTwo, {ids, make("image", DType::fp32, {2, 4})}),
            "input 'image': the model wants FP32 [-1,3], not FP32 [2,4]");
  EXPECT_THAT(error_of(kTwo, {ids, make("image", DType::fp16, {2, 3})}), HasSubstr("not FP16"));
  EXPECT_THAT(error_of(kTwo, {ids, make("image", DType::fp32, {3})}), HasSubstr("not FP32 [3]"));
}

TEST(OrderInputsTest, AnyRankTakesEveryShapeButOneType) {
  const std::vector<TensorInfo> any{{"x", DType::fp32, {}, true}};
  EXPECT_EQ(error_of(any, {make("x", DType::fp32, {})}), "no error");
  EXPECT_EQ(error_of(any, {make("x", DType::fp32, {2, 3, 4})}), "no error");
  EXPECT_THAT(error_of(any, {make("x", DType::int8, {2})}), HasSubstr("wants FP32 of any shape"));
}

TEST(RequestRowsTest, AreTheSharedFirstDimension) {
  const Tensor a = make("a", DType::fp32, {2, 3});
  const Tensor b = make("b", DType::fp32, {2});
  const Tensor c = make("c", DType::fp32, {1, 3});
  const Tensor scalar = make("d", DType::fp32, {});
  EXPECT_EQ(request_rows(std::vector{&a, &b}), 2);
  const auto differ = request_rows(std::vector{&a, &c});
  ASSERT_FALSE(differ);
  EXPECT_THAT(differ.error().message, HasSubstr("inputs 'a' [2,3] and 'c' [1,3] differ"));
  const auto none = request_rows(std::vector{&a, &scalar});
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("input 'd' is a scalar"));
}

}  // namespace
}  // namespace sluice::backend
