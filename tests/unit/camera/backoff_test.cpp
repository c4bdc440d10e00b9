#include "camera/backoff.hpp"

#include <chrono>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sluice::camera {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr BackoffOptions kBackoff{.first = milliseconds(500), .longest = seconds(30)};

TEST(Backoff, DoublesFromTheFirstWaitToTheLongest) {
  Backoff backoff(kBackoff);
  const base::Time start(seconds(100));
  EXPECT_LE(backoff.next_attempt(), start);
  const std::vector<milliseconds> waits{
      milliseconds(500),  milliseconds(1000),  milliseconds(2000),  milliseconds(4000),
      milliseconds(8000), milliseconds(16000), milliseconds(30000), milliseconds(30000)};
  for (const milliseconds wait : waits) {
    backoff.failed(start);
    EXPECT_EQ(backoff.next_attempt() - start, wait);
  }
}

TEST(Backoff, BeginsAnewAfterASuccess) {
  Backoff backoff(kBackoff);
  const base::Time start(seconds(100));
  backoff.failed(start);
  backoff.failed(start);
  backoff.succeeded();
  EXPECT_LE(backoff.next_attempt(), start);
  backoff.failed(start);
  EXPECT_EQ(backoff.next_attempt() - start, milliseconds(500));
}

RC_GTEST_PROP(Backoff, NeverWaitsLongerThanItMay, ()) {
  const base::Duration first(*rc::gen::inRange<std::int64_t>(1, INT64_MAX / 2));
  const base::Duration longest(*rc::gen::inRange<std::int64_t>(first.count(), INT64_MAX));
  Backoff backoff({.first = first, .longest = longest});
  base::Duration before{};
  const int failures = *rc::gen::inRange(1, 80);
  for (int i = 0; i < failures; ++i) {
    backoff.failed(base::Time());
    const base::Duration wait = backoff.next_attempt() - base::Time();
    RC_ASSERT(wait >= before);
    RC_ASSERT(wait >= first);
    RC_ASSERT(wait <= longest);
    before = wait;
  }
}

}  // namespace
}  // namespace sluice::camera
