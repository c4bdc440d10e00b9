#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doubles.hpp"
#include "model/example.hpp"
#include "model/repository.hpp"

namespace sluice::model {
namespace {

using backend::ModelInfo;
using backend::ModelOptions;
using testing::AllOf;
using testing::HasSubstr;

ModelInfo info_with(const tensor::Shape& shape) {
  ModelInfo info;
  info.inputs = {{"rows", tensor::DType::fp32, {-1, 3}}, {"x", tensor::DType::fp32, shape}};
  return info;
}

TEST(GuessedSizes, AreAllButRowsAndWhatIsGiven) {
  ModelOptions options;
  EXPECT_FALSE(guesses_sizes(info_with({-1, 4}), options));
  EXPECT_FALSE(guesses_sizes(info_with({}), options));
  EXPECT_TRUE(guesses_sizes(info_with({2, -1}), options));
  options.example_shapes["x"] = {2, 576};
  EXPECT_FALSE(guesses_sizes(info_with({2, -1}), options));
  ModelInfo any;
  any.inputs = {{"x", tensor::DType::fp32, {}, true}};
  EXPECT_TRUE(guesses_sizes(any, {}));
}

/// Loads a model of that input whose every run fails.
base::Result<std::unique_ptr<Model>> load_failing(const tensor::Shape& shape,
                                                  backend::CancelToken* cancel = nullptr) {
  static base::ManualClock clock;
  const auto fails = [](std::size_t) -> base::Result<base::Duration> {
    return base::fail(base::ErrorCode::internal, "too short");
  };
  auto backend =
      std::make_unique<FakeBackend>([=]() -> base::Result<std::unique_ptr<backend::Instance>> {
        return std::make_unique<FakeInstance>(info_with(shape), clock, fails);
      });
  return load(std::move(backend), ModelOptions{}, clock, cancel);
}

TEST(GuessedSizes, AWarmUpThatFailsOnThemIsARemark) {
  const auto model = load_failing({2, -1});
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_THAT((*model)->remark(),
              AllOf(HasSubstr("not warmed up: too short"), HasSubstr("example_shapes")));
  EXPECT_TRUE((*model)->profile().batch_times.empty());
  EXPECT_TRUE((*model)->replace_instance(0));
}

TEST(GuessedSizes, OtherwiseItIsAnError) {
  EXPECT_FALSE(load_failing({2, 576}));
  EXPECT_FALSE(load_failing({-1, 576}));
  backend::CancelToken cancelled;
  cancelled.cancel();
  EXPECT_FALSE(load_failing({2, -1}, &cancelled));
}

}  // namespace
}  // namespace sluice::model
