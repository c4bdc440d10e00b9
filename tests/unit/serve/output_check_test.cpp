#include "serve/output_check.hpp"

#include <gtest/gtest.h>

namespace sluice::serve {
namespace {

using Wanted = std::vector<WantedOutput>;

backend::ModelInfo info() {
  backend::ModelInfo model;
  model.outputs = {{"scores", tensor::DType::fp32, {-1, 3}}, {"half", tensor::DType::fp16, {-1}}};
  return model;
}

TEST(OutputCheck, TakesWhatTheModelHas) {
  EXPECT_TRUE(check_outputs(info(), {}));
  EXPECT_TRUE(check_outputs(info(), Wanted{{"half"}, {"scores", 2}}));
}

TEST(OutputCheck, RefusesUnknownOutputsAndClassesWithoutOrder) {
  const auto unknown = check_outputs(info(), Wanted{{"scores"}, {"boxes"}});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, base::ErrorCode::invalid);
  EXPECT_NE(unknown.error().message.find("'boxes'"), std::string::npos);
  const auto unordered = check_outputs(info(), Wanted{{"half", 1}});
  ASSERT_FALSE(unordered);
  EXPECT_NE(unordered.error().message.find("cannot classify FP16"), std::string::npos);
}

}  // namespace
}  // namespace sluice::serve
