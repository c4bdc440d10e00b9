#include "tensor/tensor.hpp"

#include <array>
#include <limits>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::tensor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Tensor counting(Shape shape) {
  auto tensor = Tensor::allocate("t", DType::int32, std::move(shape));
  const auto values = tensor.value().mutable_as<std::int32_t>();
  std::iota(values.begin(), values.end(), 0);
  return *tensor;
}

TEST(TensorTest, DefaultIsEmpty) {
  const Tensor tensor;
  EXPECT_EQ(tensor.elements(), 0U);
  EXPECT_TRUE(tensor.data().empty());
  EXPECT_TRUE(tensor.strings().empty());
}

TEST(TensorTest, AllocatesAlignedMemoryOfTheRightSize) {
  auto tensor = Tensor::allocate("x", DType::fp16, {2, 3});
  ASSERT_TRUE(tensor);
  EXPECT_EQ(tensor->name(), "x");
  EXPECT_EQ(tensor->dtype(), DType::fp16);
  EXPECT_EQ(tensor->shape(), (Shape{2, 3}));
  EXPECT_EQ(tensor->elements(), 6U);
  EXPECT_EQ(tensor->data().size(), 12U);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(tensor->data().data()) % 64, 0U);
}

TEST(TensorTest, AllocatesScalarsAndEmptyTensors) {
  EXPECT_EQ(Tensor::allocate("x", DType::int64, {})->data().size(), 8U);
  const auto empty = Tensor::allocate("x", DType::int64, {0, 5});
  ASSERT_TRUE(empty);
  EXPECT_TRUE(empty->data().empty());
  EXPECT_EQ(empty->elements(), 0U);
}

TEST(TensorTest, RefusesImpossibleShapesNamingTheTensor) {
  for (const Shape& shape : {Shape{-1, 2}, Shape{std::numeric_limits<std::int64_t>::max(), 8}}) {
    const auto tensor = Tensor::allocate("frames", DType::fp32, shape);
    ASSERT_FALSE(tensor);
    EXPECT_EQ(tensor.error().code, base::ErrorCode::invalid);
    EXPECT_THAT(tensor.error().message, HasSubstr("tensor 'frames'"));
  }
  EXPECT_FALSE(Tensor::allocate("x", DType::bytes, {1}));
}

TEST(TensorTest, IsWritableUntilShared) {
  auto tensor = Tensor::allocate("x", DType::uint8, {4});
  EXPECT_EQ(tensor->mutable_data().size(), 4U);
  {
    Tensor copy = *tensor;
    EXPECT_TRUE(tensor->mutable_data().empty());
    EXPECT_TRUE(copy.mutable_data().empty());
    EXPECT_EQ(copy.data().data(), tensor->data().data());
  }
  EXPECT_EQ(tensor->mutable_data().size(), 4U);
}

TEST(TensorTest, BorrowsWithoutCopyingAndKeepsTheOwner) {
  auto owner = std::make_shared<std::array<std::int32_t, 4>>(std::array<std::int32_t, 4>{1, 2, 3});
  const auto bytes = std::as_bytes(std::span(*owner));
  auto tensor = Tensor::borrow("x", DType::int32, {2, 2}, bytes, owner);
  ASSERT_TRUE(tensor);
  EXPECT_EQ(tensor->data().data(), bytes.data());
  EXPECT_TRUE(tensor->mutable_data().empty());

  const std::weak_ptr<const void> alive = owner;
  owner.reset();
  EXPECT_FALSE(alive.expired());
  EXPECT_THAT(tensor->as<std::int32_t>(), ElementsAre(1, 2, 3, 0));
  tensor = Tensor();
  EXPECT_TRUE(alive.expired());
}

TEST(TensorTest, CopiesWhatIsNotAligned) {
  alignas(4) std::array<std::byte, 9> buffer{};
  buffer[1] = std::byte{7};
  const auto unaligned = std::span(buffer).subspan(1, 8);
  const auto tensor = Tensor::borrow("x", DType::int32, {2}, unaligned, nullptr);
  ASSERT_TRUE(tensor);
  EXPECT_NE(tensor->data().data(), unaligned.data());
  EXPECT_THAT(tensor->as<std::int32_t>(), ElementsAre(7, 0));
}

TEST(TensorTest, RefusesDataOfAnotherSize) {
  const std::array<std::byte, 7> buffer{};
  const auto tensor = Tensor::borrow("x", DType::int32, {2}, buffer, nullptr);
  ASSERT_FALSE(tensor);
  EXPECT_THAT(tensor.error().message, HasSubstr("tensor 'x': INT32 [2] needs 8 bytes, not 7"));
}

TEST(TensorTest, KeepsStringsOfAnyBytes) {
  const std::string zero("a\0b", 3);
  const auto tensor = Tensor::from_strings("s", {2, 1}, {zero, ""});
  ASSERT_TRUE(tensor);
  EXPECT_EQ(tensor->dtype(), DType::bytes);
  EXPECT_EQ(tensor->elements(), 2U);
  EXPECT_THAT(tensor->strings(), ElementsAre(zero, ""));
  EXPECT_TRUE(tensor->data().empty());
}

TEST(TensorTest, RefusesAnotherNumberOfStrings) {
  const auto tensor = Tensor::from_strings("s", {3}, {"a"});
  ASSERT_FALSE(tensor);
  EXPECT_THAT(tensor.error().message, HasSubstr("tensor 's': BYTES [3] needs 3 strings, not 1"));
  EXPECT_FALSE(Tensor::from_strings("s", {-1}, {}));
}

TEST(TensorTest, RowsShareTheData) {
  const Tensor tensor = counting({3, 2});
  const auto rows = tensor.rows(1, 2);
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->shape(), (Shape{2, 2}));
  EXPECT_EQ(rows->elements(), 4U);
  EXPECT_EQ(rows->data().data(), tensor.data().data() + 8);
  EXPECT_THAT(rows->as<std::int32_t>(), ElementsAre(2, 3, 4, 5));
}

TEST(TensorTest, RowsOfStrings) {
  const auto tensor = Tensor::from_strings("s", {3}, {"a", "b", "c"});
  EXPECT_THAT(tensor->rows(2, 1)->strings(), ElementsAre("c"));
  EXPECT_THAT(tensor->rows(3, 0)->strings(), ElementsAre());
}

TEST(TensorTest, RowsOutliveTheWhole) {
  Tensor rows;
  { rows = counting({3, 2}).rows(2, 1).value(); }
  EXPECT_TRUE(rows.mutable_data().empty());
  EXPECT_THAT(rows.as<std::int32_t>(), ElementsAre(4, 5));
}

TEST(TensorTest, RefusesRowsThatAreNotThere) {
  const Tensor tensor = counting({3, 2});
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  for (const auto& [first, count] : {std::pair<std::int64_t, std::int64_t>{-1, 1},
                                     {0, 4},
                                     {3, 1},
                                     {1, -1},
                                     {kMost, kMost},
                                     {1, kMost}}) {
    EXPECT_FALSE(tensor.rows(first, count)) << first << " " << count;
  }
  EXPECT_FALSE(counting({}).rows(0, 1));
}

}  // namespace
}  // namespace sluice::tensor
