#include "cli/infer_request.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::cli {
namespace {

using testing::HasSubstr;

std::string refusal(const std::string& input, const InferWishes& wishes) {
  const auto metadata =
      boost::json::parse(R"({"inputs":[)" + input + R"(],"outputs":[]})").as_object();
  const auto request = make_infer_request(metadata, wishes, "/v2/models/m/infer");
  return request ? "accepted" : request.error().message;
}

// What is wrong with the image's options is said in the command's own, not in a file's keys.
TEST(InferRequest, NamesTheCommandsOptions) {
  InferWishes wishes;
  wishes.image = "no/such.png";
  EXPECT_THAT(refusal(R"({"name":"x","datatype":"FP32","shape":[-1,3,-1,-1]})", wishes),
              HasSubstr("set --size, or --resize none"));
  EXPECT_THAT(refusal(R"({"name":"x","datatype":"FP32","shape":[1,64,64,3]})", wishes),
              HasSubstr("set --layout nhwc"));
}

// The model says what elements it takes; the command has no option for that.
TEST(InferRequest, MakesTheElementsThatTheModelTakes) {
  InferWishes wishes;
  wishes.image = "no/such.png";
  EXPECT_THAT(refusal(R"({"name":"x","datatype":"UINT8","shape":[1,3,64,64]})", wishes),
              HasSubstr("no/such.png: no such image file"));
  EXPECT_THAT(refusal(R"({"name":"x","datatype":"INT64","shape":[1,3,64,64]})", wishes),
              HasSubstr("not INT64"));
}

}  // namespace
}  // namespace sluice::cli
