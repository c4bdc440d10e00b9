#include "model/warm_up.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doubles.hpp"

namespace sluice::model {
namespace {

using backend::ModelOptions;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class WarmUpTest : public testing::Test {
 protected:
  FakeInstance instance(FakeInstance::OnRun on_run) {
    return {backend::ModelInfo{}, clock_, std::move(on_run)};
  }

  base::ManualClock clock_;
  backend::CancelToken cancel_;
};

TEST(ProfileSizesTest, AreThePowersOfTwoAndTheLargest) {
  EXPECT_THAT(profile_sizes(1), ElementsAre(1));
  EXPECT_THAT(profile_sizes(2), ElementsAre(1, 2));
  EXPECT_THAT(profile_sizes(6), ElementsAre(1, 2, 4, 6));
  EXPECT_THAT(profile_sizes(8), ElementsAre(1, 2, 4, 8));
}

TEST_F(WarmUpTest, RunsEverySizeAsOftenAsAsked) {
  auto fake = instance([](std::size_t) { return milliseconds(1); });
  ModelOptions options;
  options.max_batch = 3;
  options.warmup = 2;
  ASSERT_TRUE(warm_up(fake, options, {}, cancel_));
  EXPECT_THAT(fake.sizes, ElementsAre(1, 1, 2, 2, 3, 3));
}

TEST_F(WarmUpTest, WarmupZeroRunsNothing) {
  auto fake = instance([](std::size_t) { return milliseconds(1); });
  ModelOptions options;
  options.warmup = 0;
  ASSERT_TRUE(warm_up(fake, options, {}, cancel_));
  const auto profile = measure(fake, options, {}, clock_, cancel_);
  ASSERT_TRUE(profile);
  EXPECT_TRUE(profile->batch_times.empty());
  EXPECT_EQ(profile->base, base::Duration(0));
  EXPECT_TRUE(fake.sizes.empty());
}

TEST_F(WarmUpTest, AFailureNamesTheBatchAndTheRemedy) {
  auto fake = instance([](std::size_t size) -> base::Result<base::Duration> {
    if (size == 2) return base::fail(base::ErrorCode::internal, "model 'm': too small");
    return milliseconds(1);
  });
  ModelOptions options;
  options.max_batch = 2;
  const auto warm = warm_up(fake, options, {}, cancel_);
  ASSERT_FALSE(warm);
  EXPECT_THAT(warm.error().message, AllOf(HasSubstr("model 'm': too small"),
                                          HasSubstr("batch of 2"), HasSubstr("example_shapes")));
}

TEST_F(WarmUpTest, ACancelledWarmUpSuggestsNoRemedy) {
  auto fake = instance([this](std::size_t) -> base::Result<base::Duration> {
    cancel_.cancel();
    return base::fail(base::ErrorCode::unavailable, "model 'm': cancelled");
  });
  const auto warm = warm_up(fake, {}, {}, cancel_);
  ASSERT_FALSE(warm);
  EXPECT_EQ(warm.error().message, "model 'm': cancelled");
}

TEST_F(WarmUpTest, MeasuresTheMedianAndFitsALine) {
  int runs = 0;
  auto fake = instance([&runs](std::size_t size) -> base::Result<base::Duration> {
    // Every fifth run is an outlier.
    if (++runs % 5 == 0) return milliseconds(90);
    return microseconds(3000 + 500 * static_cast<int>(size));
  });
  ModelOptions options;
  options.max_batch = 4;
  const auto profile = measure(fake, options, {}, clock_, cancel_);
  ASSERT_TRUE(profile) << profile.error().message;
  EXPECT_THAT(profile->batch_times,
              ElementsAre(Pair(1, microseconds(3500)), Pair(2, microseconds(4000)),
                          Pair(4, microseconds(5000))));
  EXPECT_NEAR(base::to_ms(profile->base), 3, 1e-5);
  EXPECT_NEAR(base::to_ms(profile->per_item), 0.5, 1e-5);
  EXPECT_EQ(fake.sizes.size(), 15U);
}

TEST_F(WarmUpTest, TheFitIsNeverNegative) {
  ModelOptions options;
  options.max_batch = 8;
  auto shrinking =
      instance([](std::size_t size) { return milliseconds(20 - static_cast<int>(size)); });
  const auto flat = measure(shrinking, options, {}, clock_, cancel_);
  ASSERT_TRUE(flat);
  EXPECT_EQ(flat->per_item, base::Duration(0));
  EXPECT_GT(flat->base, base::Duration(0));

  auto steep =
      instance([](std::size_t size) { return milliseconds(static_cast<int>(size * size)); });
  const auto through_zero = measure(steep, options, {}, clock_, cancel_);
  ASSERT_TRUE(through_zero);
  EXPECT_EQ(through_zero->base, base::Duration(0));
  EXPECT_GT(through_zero->per_item, base::Duration(0));
}

TEST_F(WarmUpTest, SlowModelsAreTimedOnce) {
  auto fake = instance([](std::size_t) { return milliseconds(700); });
  const auto profile = measure(fake, {}, {}, clock_, cancel_);
  ASSERT_TRUE(profile);
  EXPECT_THAT(profile->batch_times, ElementsAre(Pair(1, milliseconds(700))));
  EXPECT_EQ(fake.sizes.size(), 1U);
  EXPECT_EQ(profile->base + profile->per_item, milliseconds(700));
}

}  // namespace
}  // namespace sluice::model
