#include "serve/http/infer_request.hpp"

#include <cstring>

#include <gtest/gtest.h>

namespace sluice::serve::http {
namespace {

using tensor::DType;

base::Result<InferCall> read(std::string body, std::optional<std::size_t> json = std::nullopt) {
  return read_infer(std::make_shared<const std::string>(std::move(body)), json, net::Limits());
}

base::Result<InferCall> one_input(const std::string& type, const std::string& shape,
                                  const std::string& data) {
  return read(fmt::format(R"({{"inputs":[{{"name":"x","datatype":"{}","shape":{},"data":{}}}]}})",
                          type, shape, data));
}

std::string error_of(const base::Result<InferCall>& result) {
  return result ? "no error" : result.error().message;
}

template <class T>
std::vector<T> values(const base::Result<InferCall>& call) {
  const auto span = call->request.inputs.at(0).as<T>();
  return {span.begin(), span.end()};
}

TEST(InferRequest, EveryTypeOfJson) {
  EXPECT_EQ(values<bool>(one_input("BOOL", "[3]", "[true,0,1]")),
            (std::vector<bool>{true, false, true}));
  EXPECT_EQ(values<std::uint8_t>(one_input("UINT8", "[2]", "[0,255]")),
            (std::vector<std::uint8_t>{0, 255}));
  EXPECT_EQ(values<std::uint64_t>(one_input("UINT64", "[1]", "[18446744073709551615]")),
            (std::vector<std::uint64_t>{18446744073709551615u}));
  EXPECT_EQ(values<std::int8_t>(one_input("INT8", "[2]", "[-128,127]")),
            (std::vector<std::int8_t>{-128, 127}));
  EXPECT_EQ(values<std::int64_t>(one_input("INT64", "[1]", "[-9223372036854775808]")),
            (std::vector<std::int64_t>{INT64_MIN}));
  EXPECT_EQ(values<float>(one_input("FP32", "[2]", "[1,-2.5]")), (std::vector<float>{1, -2.5f}));
  const auto strings = one_input("BYTES", "[2]", R"(["a\u00e4\n",""])");
  ASSERT_TRUE(strings) << error_of(strings);
  EXPECT_EQ(strings->request.inputs[0].strings()[0], "a\xc3\xa4\n");
  EXPECT_EQ(strings->request.inputs[0].strings()[1], "");
}

TEST(InferRequest, DoublesAreExact) {
  for (const double value : {0.1, 1e-310, 123456789.123456789, 9007199254740993e5}) {
    const auto call = one_input("FP64", "[1]", fmt::format("[{}]", value));
    ASSERT_TRUE(call) << error_of(call);
    EXPECT_EQ(values<double>(call), std::vector<double>{value});
  }
}

TEST(InferRequest, NestedDataIsFlattened) {
  EXPECT_EQ(values<std::int32_t>(one_input("INT32", "[2,2]", "[[1,2],[3,4]]")),
            (std::vector<std::int32_t>{1, 2, 3, 4}));
}

TEST(InferRequest, DataMayStandBeforeItsType) {
  const auto call = read(R"({"inputs":[{"data":[1],"shape":[1],"datatype":"FP32","name":"x"}]})");
  EXPECT_EQ(values<float>(call), std::vector<float>{1});
}

TEST(InferRequest, WhatDoesNotFitIsRefused) {
  EXPECT_EQ(error_of(one_input("UINT8", "[1]", "[256]")),
            "inputs[0]: data[0] is not a number that UINT8 can hold");
  EXPECT_NE(error_of(one_input("UINT8", "[1]", "[-1]")), "no error");
  EXPECT_NE(error_of(one_input("INT32", "[1]", "[1.5]")), "no error");
  EXPECT_NE(error_of(one_input("FP32", "[1]", "[1e39]")), "no error");
  EXPECT_NE(error_of(one_input("FP32", "[1]", "[\"1\"]")), "no error");
  EXPECT_NE(error_of(one_input("FP16", "[1]", "[1]")), "no error");
  EXPECT_NE(error_of(one_input("BYTES", "[1]", "[1]")), "no error");
  EXPECT_NE(error_of(one_input("FP32", "[1]", "[null]")), "no error");
  EXPECT_NE(error_of(one_input("FP32", "[1]", "[{}]")), "no error");
  EXPECT_NE(error_of(one_input("FP32", "[1]", "0")), "no error");
  EXPECT_NE(error_of(one_input("FP32", "[1]", "\"0\"")), "no error");
  EXPECT_NE(error_of(one_input("FP99", "[1]", "[1]")), "no error");
  EXPECT_EQ(error_of(one_input("FP32", "[2,3]", "[1]")),
            "inputs[0]: data has 1 elements, shape [2,3] needs 6");
  EXPECT_NE(error_of(one_input("FP32", "[-1]", "[1]")), "no error");
  EXPECT_NE(error_of(one_input("FP32", "[4611686018427387904,4]", "[1]")), "no error");
  EXPECT_NE(error_of(one_input("FP32", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "[1]")), "no error");
  for (const char* body : {"", "[]", "{", "{}", R"({"inputs":{}})", R"({"inputs":[1]})",
                           R"({"inputs":[],"id":1})", R"({"inputs":[]} x)"}) {
    EXPECT_NE(error_of(read(body)), "no error") << body;
  }
  EXPECT_NE(error_of(read(std::string(40, '[') + std::string(40, ']'))), "no error");
}

TEST(InferRequest, Parameters) {
  const auto call = read(
      R"({"id":"a","parameters":{"priority":2,"timeout":5000,"deadline_ms":2.5,"task":"t",
          "mine":[1]},"inputs":[]})");
  ASSERT_TRUE(call) << error_of(call);
  EXPECT_EQ(call->request.id, "a");
  EXPECT_EQ(call->request.priority, 2u);
  EXPECT_EQ(call->request.timeout, std::chrono::microseconds(2500));
  EXPECT_EQ(call->request.task, "t");
  EXPECT_EQ(read(R"({"parameters":{"timeout":0},"inputs":[]})")->request.timeout, std::nullopt);
  for (const char* wrong : {R"("priority":-1)", R"("priority":"1")", R"("timeout":1.5)",
                            R"("deadline_ms":0)", R"("task":1)", R"("binary_data_output":1)"}) {
    const auto refused = read(fmt::format(R"({{"parameters":{{{}}},"inputs":[]}})", wrong));
    EXPECT_TRUE(error_of(refused).starts_with("parameters: ")) << wrong << error_of(refused);
  }
}

TEST(InferRequest, BinaryInputs) {
  const std::string json =
      R"({"inputs":[{"name":"x","datatype":"FP16","shape":[2],"parameters":{"binary_data_size":4}},)"
      R"({"name":"s","datatype":"BYTES","shape":[2],"parameters":{"binary_data_size":9}}]})";
  const std::string data("\x01\x02\x03\x04\x01\0\0\0a\0\0\0\0", 13);
  const auto call = read(json + data, json.size());
  ASSERT_TRUE(call) << error_of(call);
  EXPECT_EQ(std::memcmp(call->request.inputs[0].data().data(), data.data(), 4), 0);
  EXPECT_EQ(call->request.inputs[1].strings()[0], "a");
  EXPECT_EQ(call->request.inputs[1].strings()[1], "");

  EXPECT_NE(error_of(read(json + data + "x", json.size())), "no error");
  EXPECT_NE(error_of(read(json + data.substr(1), json.size())), "no error");
  EXPECT_NE(error_of(read(json + data, json.size() + data.size() + 1)), "no error");
  EXPECT_NE(error_of(read(json + data, json.size() - 1)), "no error");
  EXPECT_NE(error_of(read(json + data)), "no error");
}

TEST(InferRequest, Outputs) {
  const auto call = read(R"({"parameters":{"binary_data_output":true},"inputs":[],"outputs":[
      {"name":"a"},{"name":"b","parameters":{"binary_data":false,"classification":3}}]})");
  ASSERT_TRUE(call) << error_of(call);
  ASSERT_EQ(call->outputs.size(), 2u);
  EXPECT_TRUE(call->outputs[0].binary);
  EXPECT_FALSE(call->outputs[1].binary);
  EXPECT_EQ(call->outputs[1].classes, 3u);
  EXPECT_NE(error_of(read(R"({"inputs":[],"outputs":[{"name":"a"},{"name":"a"}]})")), "no error");
  EXPECT_NE(error_of(read(R"({"inputs":[],"outputs":[{}]})")), "no error");
}

}  // namespace
}  // namespace sluice::serve::http
