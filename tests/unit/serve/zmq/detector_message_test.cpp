#include "serve/zmq/detector_message.hpp"

#include <cstring>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include "zmq_helpers.hpp"

namespace sluice::serve::zmq {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;

base::Result<DetectorRequest> parse(const std::vector<std::string>& texts) {
  return parse_request(parts_of(texts), {});
}

std::string problem_of(const std::vector<std::string>& texts) {
  const auto parsed = parse(texts);
  EXPECT_FALSE(parsed.has_value());
  return parsed ? "" : parsed.error().message;
}

constexpr const char* kHeader = R"({"shape":[1,2,2,3],"dtype":"uint8","model_type":"ssd"})";

TEST(DetectorMessage, APictureIsAHeaderAndItsBytes) {
  const auto parsed = parse({kHeader, "abcdefghijkl"});
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
  const auto& picture = std::get<Picture>(*parsed);
  EXPECT_EQ(picture.dtype, tensor::DType::uint8);
  EXPECT_THAT(picture.shape, ElementsAre(1, 2, 2, 3));
  EXPECT_EQ(picture.data.bytes.size(), 12U);
  EXPECT_EQ(static_cast<char>(picture.data.bytes[11]), 'l');
}

TEST(DetectorMessage, TypesHaveNumpysNames) {
  const auto type_of = [](const char* name, std::size_t size) {
    const auto parsed =
        parse({fmt::format(R"({{"shape":[2],"dtype":"{}"}})", name), std::string(2 * size, 'x')});
    return parsed ? std::get<Picture>(*parsed).dtype : tensor::DType::bytes;
  };
  EXPECT_EQ(type_of("float32", 4), tensor::DType::fp32);
  EXPECT_EQ(type_of("float16", 2), tensor::DType::fp16);
  EXPECT_EQ(type_of("float64", 8), tensor::DType::fp64);
  EXPECT_EQ(type_of("int8", 1), tensor::DType::int8);
  EXPECT_EQ(type_of("uint16", 2), tensor::DType::uint16);
  EXPECT_EQ(type_of("bool", 1), tensor::DType::boolean);
}

TEST(DetectorMessage, QuestionsAndFilesAreTheModels) {
  const auto asked = parse({R"({"model_request": true, "model_name": "yolov9.onnx"})"});
  ASSERT_TRUE(asked.has_value());
  EXPECT_EQ(std::get<ModelQuestion>(*asked).model, "yolov9.onnx");
  const auto file = parse({R"({"model_data": true, "model_name": "a.onnx"})", "file"});
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(std::get<ModelFile>(*file).model, "a.onnx");
}

TEST(DetectorMessage, WhatIsWrongIsSaid) {
  EXPECT_THAT(problem_of({}), HasSubstr("without parts"));
  EXPECT_THAT(problem_of({kHeader}), HasSubstr("1 part;"));
  EXPECT_THAT(problem_of({kHeader, "abcdefghijkl", "more"}), HasSubstr("3 parts"));
  EXPECT_THAT(problem_of({"no json", "x"}), HasSubstr("not a JSON object"));
  EXPECT_THAT(problem_of({"[1]", "x"}), HasSubstr("not a JSON object"));
  EXPECT_THAT(problem_of({std::string(40, '[') + std::string(40, ']'), "x"}),
              HasSubstr("not a JSON object"));
  EXPECT_THAT(problem_of({std::string(20'000, ' ') + "{}", "x"}), HasSubstr("at most 16384"));
  EXPECT_THAT(problem_of({kHeader, "short"}), HasSubstr("takes 12 bytes; 5 came"));
  EXPECT_THAT(problem_of({R"({"dtype":"uint8"})", "x"}), HasSubstr("no \"shape\""));
  EXPECT_THAT(problem_of({R"({"shape":[1,-1],"dtype":"uint8"})", "x"}), HasSubstr("-1"));
  EXPECT_THAT(problem_of({R"({"shape":[1.5],"dtype":"uint8"})", "x"}), HasSubstr("no size"));
  EXPECT_THAT(problem_of({R"({"shape":[1],"dtype":"complex64"})", "x"}), HasSubstr("complex64"));
  EXPECT_THAT(problem_of({R"({"shape":[1]})", "x"}), HasSubstr("dtype"));
  EXPECT_NE(problem_of({R"({"shape":[4294967296,4294967296,4],"dtype":"uint8"})", "x"}), "");
  EXPECT_THAT(problem_of({R"({"shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"dtype":"uint8"})", "x"}),
              HasSubstr("17 axes"));
}

TEST(DetectorMessage, DetectionsHaveAllTheirRows) {
  const std::vector<Row> rows{{2, 0.5F, 0.1F, 0.2F, 0.3F, 0.4F}};
  const auto parts = encode_detections(rows, "1-7");
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(json::parse(parts[0]),
            json::parse(R"({"shape":[20,6],"dtype":"float32","decision":"1-7"})"));
  ASSERT_EQ(parts[1].size(), 480U);
  std::array<float, 120> numbers{};
  std::memcpy(numbers.data(), parts[1].data(), parts[1].size());
  EXPECT_EQ(numbers[0], 2);
  EXPECT_EQ(numbers[5], 0.4F);
  for (std::size_t i = 6; i < numbers.size(); ++i) EXPECT_EQ(numbers.at(i), 0) << i;
}

TEST(DetectorMessage, MoreRowsThanThereIsRoomForAreCut) {
  const std::vector<Row> rows(30, Row{1, 1, 1, 1, 1, 1});
  EXPECT_EQ(encode_detections(rows, "")[1].size(), 480U);
}

TEST(DetectorMessage, ARefusalIsNoDetections) {
  Refusal refusal;
  refusal.status = Status::overloaded;
  refusal.reason = "shed";
  refusal.decision = "1-7";
  refusal.message = "shed, so that 'door' stays on time\n\xC3\xA4";
  const auto parts = encode_refusal(refusal);
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_TRUE(parts[1].empty());
  const auto header = json::parse(parts[0]).get_object();
  const auto text = std::string(header.at("dtype").get_string());
  // numpy takes commas for several types, and logs one line.
  EXPECT_EQ(text, "sluice: shed: request 1-7: shed; so that 'door' stays on time???");
  EXPECT_EQ(header.at("error"), header.at("dtype"));
  EXPECT_EQ(header.at("status"), "overloaded");
  EXPECT_EQ(header.at("decision"), "1-7");
  EXPECT_EQ(header.at("shape"), json::parse("[0]"));
}

TEST(DetectorMessage, ARefusalFitsInALine) {
  Refusal refusal;
  refusal.message.assign(5000, 'x');
  EXPECT_LT(encode_refusal(refusal)[0].size(), 1000U);
}

TEST(DetectorMessage, TheModelIsThereAndPerhapsNotReady) {
  const auto parsed = [](const std::vector<std::string>& parts) {
    EXPECT_EQ(parts.size(), 1U);
    return json::parse(parts.at(0));
  };
  EXPECT_EQ(parsed(encode_model_state("")),
            json::parse(R"({"model_available":true,"model_loaded":true})"));
  EXPECT_EQ(parsed(encode_model_state("loading")),
            json::parse(R"({"model_available":true,"model_loaded":false,"error":"loading"})"));
  EXPECT_EQ(parsed(encode_file_refused("no")),
            json::parse(R"({"model_saved":false,"model_loaded":false,"error":"no"})"));
}

}  // namespace
}  // namespace sluice::serve::zmq
