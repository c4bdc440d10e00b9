#include "tensor/raw.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sluice::tensor {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

TEST(Raw, BorrowsElementsOfFixedSize) {
  const auto owner = std::make_shared<std::vector<float>>(std::vector<float>{1, 2, 3});
  const auto tensor = from_raw("x", DType::fp32, {3}, std::as_bytes(std::span(*owner)), owner);
  ASSERT_TRUE(tensor) << tensor.error().message;
  EXPECT_EQ(tensor->data().data(), static_cast<const void*>(owner->data()));
  EXPECT_EQ(owner.use_count(), 2);
  EXPECT_EQ(raw_size(*tensor), 12U);
}

TEST(Raw, RefusesAnotherSize) {
  const std::string data(11, 'x');
  EXPECT_FALSE(from_raw("x", DType::fp32, {3}, bytes_of(data), nullptr));
}

TEST(Raw, StringsCarryTheirLength) {
  const std::string data("\3\0\0\0abc\0\0\0\0\1\0\0\0z", 16);
  const auto tensor = from_raw("s", DType::bytes, {1, 3}, bytes_of(data), nullptr);
  ASSERT_TRUE(tensor) << tensor.error().message;
  const auto strings = tensor->strings();
  EXPECT_EQ(std::vector<std::string>(strings.begin(), strings.end()),
            (std::vector<std::string>{"abc", "", "z"}));
  std::string out;
  append_raw(*tensor, out);
  EXPECT_EQ(out, data);
  EXPECT_EQ(raw_size(*tensor), data.size());
}

TEST(Raw, RefusesStringsThatLieAboutTheirLength) {
  for (const std::string& data : {std::string("\4\0\0\0abc", 7), std::string("\1\0\0", 3),
                                  std::string("\xff\xff\xff\xff", 4)}) {
    const auto tensor = from_raw("s", DType::bytes, {1}, bytes_of(data), nullptr);
    ASSERT_FALSE(tensor);
    EXPECT_NE(tensor.error().message.find("tensor 's': string 0"), std::string::npos);
  }
}

TEST(Raw, RefusesAnotherNumberOfStrings) {
  const std::string data("\0\0\0\0\0\0\0\0", 8);
  EXPECT_FALSE(from_raw("s", DType::bytes, {3}, bytes_of(data), nullptr));
}

}  // namespace
}  // namespace sluice::tensor
