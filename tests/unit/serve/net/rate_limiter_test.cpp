#include "serve/net/rate_limiter.hpp"

#include <gtest/gtest.h>

namespace sluice::serve::net {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kGranted{0};

TEST(RateLimiter, GrantsTheBurstThenTheRate) {
  RateLimiter limiter(10, 3);
  base::Time now{1h};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.take("a", now), kGranted);
  EXPECT_EQ(limiter.take("a", now), 100ms);
  EXPECT_EQ(limiter.take("b", now), kGranted);  // a bucket of its own
  now += 99ms;
  EXPECT_EQ(limiter.take("a", now), 1ms);
  now += 1ms;
  EXPECT_EQ(limiter.take("a", now), kGranted);
  EXPECT_EQ(limiter.take("a", now), 100ms);
}

TEST(RateLimiter, FillsUpToTheBurstOnly) {
  RateLimiter limiter(10, 2);
  EXPECT_EQ(limiter.take("a", base::Time{1h}), kGranted);
  const base::Time later{2h};
  EXPECT_EQ(limiter.take("a", later), kGranted);
  EXPECT_EQ(limiter.take("a", later), kGranted);
  EXPECT_GT(limiter.take("a", later), kGranted);
}

TEST(RateLimiter, ForgetsTheClientThatAskedLeastRecently) {
  RateLimiter limiter(1, 1, 2);
  const base::Time now{1h};
  EXPECT_EQ(limiter.take("a", now), kGranted);
  EXPECT_EQ(limiter.take("b", now), kGranted);
  EXPECT_GT(limiter.take("a", now), kGranted);
  EXPECT_EQ(limiter.take("c", now), kGranted);  // b goes
  EXPECT_GT(limiter.take("a", now), kGranted);
  EXPECT_EQ(limiter.take("b", now), kGranted);
}

TEST(RateLimiter, NoRateIsNoLimit) {
  RateLimiter limiter(0, 1);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(limiter.take("a", base::Time{}), kGranted);
}

}  // namespace
}  // namespace sluice::serve::net
