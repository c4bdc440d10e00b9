#include "runtime/instance_pool.hpp"

#include <gtest/gtest.h>

namespace sluice::runtime {
namespace {

using namespace std::chrono_literals;
using base::Time;

constexpr Time at(base::Duration d) {
  return Time(d);
}

TEST(InstancePool, LeasesEachInstanceOnce) {
  InstancePool pool(2, 3, 1s);
  EXPECT_EQ(pool.lease(), 0U);
  EXPECT_EQ(pool.lease(), 1U);
  EXPECT_FALSE(pool.lease());
  pool.succeeded(0);
  EXPECT_EQ(pool.lease(), 0U);
}

TEST(InstancePool, QuarantinesAfterFailuresInARow) {
  InstancePool pool(1, 3, 1s);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(pool.lease());
    EXPECT_FALSE(pool.failed(0, at(0s)));
  }
  ASSERT_TRUE(pool.lease());
  EXPECT_TRUE(pool.failed(0, at(5s)));
  EXPECT_EQ(pool.in_service(), 0U);
  EXPECT_FALSE(pool.lease());
  EXPECT_EQ(pool.next_probe(), at(6s));
}

TEST(InstancePool, ASuccessForgivesEarlierFailures) {
  InstancePool pool(1, 2, 1s);
  ASSERT_TRUE(pool.lease());
  EXPECT_FALSE(pool.failed(0, at(0s)));
  ASSERT_TRUE(pool.lease());
  pool.succeeded(0);
  ASSERT_TRUE(pool.lease());
  EXPECT_FALSE(pool.failed(0, at(0s)));
}

TEST(InstancePool, AReleaseIsNoVerdict) {
  InstancePool pool(1, 2, 1s);
  ASSERT_TRUE(pool.lease());
  EXPECT_FALSE(pool.failed(0, at(0s)));
  ASSERT_TRUE(pool.lease());
  pool.released(0);
  EXPECT_EQ(pool.in_service(), 1U);
  ASSERT_TRUE(pool.lease());
  EXPECT_TRUE(pool.failed(0, at(0s)));
}

TEST(InstancePool, ProbesWhenDueAndOnlyOnce) {
  InstancePool pool(1, 1, 1s);
  ASSERT_TRUE(pool.lease());
  EXPECT_TRUE(pool.failed(0, at(0s)));
  EXPECT_FALSE(pool.take_probe(at(1s) - 1ns));
  EXPECT_EQ(pool.take_probe(at(1s))->index, 0U);
  EXPECT_FALSE(pool.take_probe(at(100s)));
  EXPECT_EQ(pool.next_probe(), base::kNever);
  EXPECT_EQ(pool.in_service(), 0U);
}

TEST(InstancePool, BackOffDoublesUpTo32Times) {
  InstancePool pool(1, 1, 1s);
  ASSERT_TRUE(pool.lease());
  EXPECT_TRUE(pool.failed(0, at(0s)));
  base::Duration now = 1s;
  for (const int expected : {2, 4, 8, 16, 32, 32, 32}) {
    ASSERT_TRUE(pool.take_probe(at(now)));
    pool.probed(0, false, at(now));
    EXPECT_EQ(pool.next_probe(), at(now + expected * 1s));
    now += expected * 1s;
  }
}

TEST(InstancePool, APassedProbeIsProbationUntilABatchSucceeds) {
  InstancePool pool(1, 3, 1s);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(pool.lease());
    pool.failed(0, at(0s));
  }
  ASSERT_TRUE(pool.take_probe(at(1s)));
  pool.probed(0, true, at(1s));
  ASSERT_TRUE(pool.lease());
  EXPECT_TRUE(pool.failed(0, at(2s))) << "one failure on probation quarantines";
  EXPECT_EQ(pool.next_probe(), at(4s)) << "with the back-off it had reached";

  ASSERT_TRUE(pool.take_probe(at(4s)));
  pool.probed(0, true, at(4s));
  ASSERT_TRUE(pool.lease());
  pool.succeeded(0);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(pool.lease());
    EXPECT_FALSE(pool.failed(0, at(5s)));
  }
  ASSERT_TRUE(pool.lease());
  EXPECT_TRUE(pool.failed(0, at(5s)));
  EXPECT_EQ(pool.next_probe(), at(6s)) << "served well in between: back-off starts over";
}

TEST(InstancePool, AHangingInstanceIsReplaced) {
  InstancePool pool(2, 3, 1s);
  ASSERT_TRUE(pool.lease());
  pool.lost(0, at(5s));
  EXPECT_EQ(pool.in_service(), 1U);
  EXPECT_EQ(pool.any_in_service(), 1U);
  EXPECT_EQ(pool.next_probe(), at(6s));
  const auto probe = pool.take_probe(at(6s));
  ASSERT_TRUE(probe);
  EXPECT_TRUE(probe->replace);
  pool.probed(0, true, at(7s));
  EXPECT_EQ(pool.in_service(), 2U);
}

TEST(InstancePool, AHangingInstanceThatReturnsInTimeIsProbedInstead) {
  InstancePool pool(1, 3, 1s);
  ASSERT_TRUE(pool.lease());
  pool.lost(0, at(0s));
  pool.returned(0, at(500ms));
  EXPECT_EQ(pool.next_probe(), at(1500ms));
  EXPECT_FALSE(pool.take_probe(at(1500ms))->replace);
}

TEST(InstancePool, AReturnDuringTheReplacementChangesNothingButTheNextProbe) {
  InstancePool pool(1, 3, 1s);
  ASSERT_TRUE(pool.lease());
  pool.lost(0, at(0s));
  ASSERT_TRUE(pool.take_probe(at(1s))->replace);
  pool.returned(0, at(2s));
  EXPECT_EQ(pool.next_probe(), base::kNever) << "still being replaced";
  pool.probed(0, false, at(3s));
  EXPECT_EQ(pool.next_probe(), at(5s));
  EXPECT_FALSE(pool.take_probe(at(5s))->replace);
}

TEST(InstancePool, ThereIsOneOrphanAtMost) {
  InstancePool pool(1, 1, 1s);
  ASSERT_TRUE(pool.lease());
  pool.lost(0, at(0s));
  ASSERT_TRUE(pool.take_probe(at(1s)));
  pool.probed(0, true, at(1s));
  ASSERT_TRUE(pool.lease());
  pool.lost(0, at(10s));
  EXPECT_EQ(pool.next_probe(), base::kNever) << "the first copy has not come back";
  EXPECT_FALSE(pool.take_probe(at(1000s)));
  pool.orphan_returned(0);
  EXPECT_TRUE(pool.take_probe(at(1000s))->replace);
}

TEST(InstancePool, AHungProbeLeadsToAReplacement) {
  InstancePool pool(1, 1, 1s);
  ASSERT_TRUE(pool.lease());
  EXPECT_TRUE(pool.failed(0, at(0s)));
  ASSERT_FALSE(pool.take_probe(at(1s))->replace);
  pool.probed(0, false, at(11s));
  pool.lost(0, at(11s));
  EXPECT_EQ(pool.next_probe(), at(13s));
  EXPECT_TRUE(pool.take_probe(at(13s))->replace);
}

TEST(InstancePool, WithNothingInServiceThereIsNone) {
  InstancePool pool(1, 1, 1s);
  EXPECT_EQ(pool.any_in_service(), 0U);
  ASSERT_TRUE(pool.lease());
  EXPECT_EQ(pool.any_in_service(), 0U) << "a leased one serves, too";
  pool.failed(0, at(0s));
  EXPECT_FALSE(pool.any_in_service());
}

}  // namespace
}  // namespace sluice::runtime
