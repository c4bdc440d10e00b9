#include "load/payload.hpp"

#include <gtest/gtest.h>

namespace sluice::load {
namespace {

using tensor::DType;

Stream stream_of(Payload payload) {
  Stream stream;
  stream.name = stream.model = "m";
  stream.payload = payload;
  return stream;
}

TEST(MakePayload, FillsFreeDimensionsAndIsRepeatable) {
  auto stream = stream_of(Payload::random);
  stream.shape["b"] = {2, 3};
  const std::vector<backend::TensorInfo> inputs{
      {"a", DType::fp32, {-1, 4}}, {"b", DType::int64, {-1, 3}}, {"c", DType::bytes, {-1}}};
  const auto tensors = make_payload(stream, inputs, 5);
  ASSERT_TRUE(tensors) << tensors.error().message;
  EXPECT_EQ((*tensors)[0].shape(), (tensor::Shape{1, 4}));
  EXPECT_EQ((*tensors)[1].shape(), (tensor::Shape{2, 3}));
  for (const float value : (*tensors)[0].as<float>()) {
    EXPECT_GE(value, 0);
    EXPECT_LT(value, 1);
  }
  for (const auto value : (*tensors)[1].as<std::int64_t>()) EXPECT_TRUE(value == 0 || value == 1);
  EXPECT_EQ((*tensors)[2].strings()[0], "sluice");
  const auto again = make_payload(stream, inputs, 5);
  EXPECT_EQ((*tensors)[0].as<float>()[3], (*again)[0].as<float>()[3]);
}

TEST(MakePayload, SaysWhatDoesNotFit) {
  const std::vector<backend::TensorInfo> inputs{{"a", DType::fp32, {-1, 4}}};
  auto stream = stream_of(Payload::zeros);
  stream.shape["a"] = {1, 5};
  EXPECT_NE(make_payload(stream, inputs, 0).error().message.find("does not fit"),
            std::string::npos);
  stream.shape = {{"z", {1}}};
  EXPECT_NE(make_payload(stream, inputs, 0).error().message.find("no input \"z\""),
            std::string::npos);
  auto file = stream_of(Payload::file);
  file.data = std::string(SLUICE_SOURCE_DIR) + "/LICENSE";
  EXPECT_NE(make_payload(file, inputs, 0).error().message.find("is not what the inputs"),
            std::string::npos);
}

}  // namespace
}  // namespace sluice::load
