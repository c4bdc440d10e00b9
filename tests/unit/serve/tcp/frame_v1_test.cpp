#include "serve/tcp/frame_v1.hpp"

#include <gtest/gtest.h>

#include "tcp_helpers.hpp"

namespace sluice::serve::tcp {
namespace {

const tensor::Tensor& x() {
  static const auto tensor = make_tensor<float>("x", tensor::DType::fp32, {1, 2}, {1.0f, 2.0f});
  return tensor;
}
const tensor::Tensor& y() {
  static const auto tensor = make_tensor<std::int32_t>("y", tensor::DType::int32, {1}, {5});
  return tensor;
}

constexpr const char* kHeader =
    "54 52 54 01  01 00  00 00   04 00 00 00  02 00 00 00  00 00 00 00  65 63 68 6f\n";
constexpr const char* kDescribeX = "00 02  01 00 00 00 02 00 00 00  08 00 00 00\n";
constexpr const char* kDescribeY = "03 01  01 00 00 00  04 00 00 00\n";
constexpr const char* kDataX = "00 00 80 3f 00 00 00 40\n";
constexpr const char* kDataY = "05 00 00 00\n";

std::string frame(std::string hex) {
  const auto body = from_hex(kHeader + hex);
  const auto length = static_cast<std::uint32_t>(body.size());
  return std::string(reinterpret_cast<const char*>(&length), 4) + body;
}

base::Result<v1::Request> decode(const std::string& bytes) {
  return v1::decode_request(bytes_of(bytes), nullptr, {});
}

TEST(FrameV1, TakesBothLayoutsOfTwoInputs) {
  for (const auto& bytes :
       {frame(fmt::format("{}{}{}{}", kDescribeX, kDataX, kDescribeY, kDataY)),
        frame(fmt::format("{}{}{}{}", kDescribeX, kDescribeY, kDataX, kDataY))}) {
    const auto request = decode(bytes);
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_EQ(request->model, "echo");
    EXPECT_EQ(request->problem, "");
    ASSERT_EQ(request->inputs.size(), 2u);
    EXPECT_TRUE(same(request->inputs[0], x()));
    EXPECT_TRUE(same(request->inputs[1], y()));
  }
}

TEST(FrameV1, EncodesTheClientsLayout) {
  const auto encoded = v1::encode_request("echo", {x(), y()});
  ASSERT_TRUE(encoded);
  EXPECT_EQ(to_hex(encoded->flat()),
            to_hex(frame(fmt::format("{}{}{}{}", kDescribeX, kDataX, kDescribeY, kDataY))));
}

TEST(FrameV1, IgnoresWhatFollowsTheInputs) {
  // The request borrows from the frame.
  const auto bytes = frame(fmt::format("{}{}{}{}ee ee", kDescribeX, kDataX, kDescribeY, kDataY));
  const auto request = decode(bytes);
  ASSERT_TRUE(request);
  EXPECT_TRUE(same(request->inputs.at(1), y()));
}

TEST(FrameV1, EveryCutFrameIsMalformed) {
  const auto whole = frame(fmt::format("{}{}{}{}", kDescribeX, kDataX, kDescribeY, kDataY));
  for (std::size_t size = kPrefixBytes; size < whole.size(); ++size) {
    EXPECT_FALSE(decode(whole.substr(0, size))) << size;
  }
}

TEST(FrameV1, LyingCountsAreMalformed) {
  auto inputs = frame(fmt::format("{}{}{}{}", kDescribeX, kDataX, kDescribeY, kDataY));
  inputs.replace(16, 4, "\xff\xff\xff\xff");
  EXPECT_FALSE(decode(inputs));
  auto model = frame(fmt::format("{}{}{}{}", kDescribeX, kDataX, kDescribeY, kDataY));
  model.replace(12, 4, "\xff\xff\xff\xff");
  EXPECT_FALSE(decode(model));
  EXPECT_FALSE(decode(frame("00 09 00 00 00 00")));  // nine dimensions
}

TEST(FrameV1, WhatCannotBeRunIsNoMalformedFrame) {
  const auto dtype = decode(frame(fmt::format("09 00 00 00 00 00 {}{}", kDescribeY, kDataY)));
  ASSERT_TRUE(dtype);
  EXPECT_NE(dtype->problem, "");
  const auto shape = decode(
      frame(fmt::format("00 01 07 00 00 00 04 00 00 00 {}{}{}", kDataY, kDescribeY, kDataY)));
  ASSERT_TRUE(shape);
  EXPECT_NE(shape->problem, "");
}

TEST(FrameV1, AnswersAsTheOlderGatewayDid) {
  EXPECT_EQ(to_hex(v1::encode_response(v1::Code::ok, {x(), y()}).flat()),
            to_hex(from_hex(fmt::format("20 00 00 00  00 00 00 00  00 00 00 00  02 00 00 00 "
                                        "08 00 00 00  04 00 00 00 {}{}",
                                        kDataX, kDataY))));
  EXPECT_EQ(to_hex(v1::encode_response(v1::Code::no_model, {}).flat()),
            to_hex(from_hex("0c 00 00 00  00 00 00 00  02 00 00 00  00 00 00 00")));
}

TEST(FrameV1, ResponseComesBack) {
  const auto bytes = v1::encode_response(v1::Code::ok, {x(), y()}).flat();
  const auto response = v1::decode_response(bytes_of(bytes));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->code, 0u);
  EXPECT_EQ(response->outputs, (std::vector<std::string>{from_hex(kDataX), from_hex(kDataY)}));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto cut = bytes.substr(0, size);
    EXPECT_FALSE(v1::decode_response(bytes_of(cut))) << size;
  }
}

}  // namespace
}  // namespace sluice::serve::tcp
