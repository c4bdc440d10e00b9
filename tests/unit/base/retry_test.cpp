#include "base/retry.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sluice::base {
namespace {

using std::chrono::seconds;

TEST(RetryDelay, DoublesUpToTheLast) {
  const RetryDelays delays{seconds(1), seconds(10)};
  EXPECT_EQ(retry_delay(delays, 1, 1), seconds(1));
  EXPECT_EQ(retry_delay(delays, 2, 1), seconds(2));
  EXPECT_EQ(retry_delay(delays, 4, 1), seconds(8));
  EXPECT_EQ(retry_delay(delays, 5, 1), seconds(10));
  EXPECT_EQ(retry_delay(delays, 2'000'000'000, 1), seconds(10));
  EXPECT_EQ(retry_delay(delays, 2, 0), seconds(1));
}

RC_GTEST_PROP(RetryDelay, IsBetweenHalfTheFirstAndTheLast, ()) {
  const int failures = *rc::gen::inRange(1, 1000);
  const double random = *rc::gen::inRange(0, 100) / 100.0;
  const Duration delay = retry_delay({}, failures, random);
  RC_ASSERT(delay >= RetryDelays().first / 2);
  RC_ASSERT(delay <= RetryDelays().last);
}

}  // namespace
}  // namespace sluice::base
