#include "telemetry/ring.hpp"

#include <map>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace sluice::telemetry {
namespace {

TEST(Ring, GivesItemsBackInOrderOverManyLaps) {
  Ring<int> ring(4);
  std::uint64_t position = 0;
  int out = 0;
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(ring.try_push(i, position));
    EXPECT_EQ(position, static_cast<std::uint64_t>(i));
    ASSERT_TRUE(ring.try_pop(out));
    EXPECT_EQ(out, i);
  }
  EXPECT_FALSE(ring.try_pop(out));
}

TEST(Ring, RefusesWhenFullAndTakesAgainAfterAPop) {
  Ring<int> ring(4);
  std::uint64_t position = 0;
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(ring.try_push(i, position));
  }
  EXPECT_FALSE(ring.try_push(4, position));
  int out = -1;
  ASSERT_TRUE(ring.try_pop(out));
  EXPECT_EQ(out, 0);
  EXPECT_TRUE(ring.try_push(5, position));
  EXPECT_FALSE(ring.try_push(6, position));
}

TEST(Ring, RoundsItsCapacityUpToAPowerOfTwo) {
  EXPECT_EQ(Ring<int>(0).capacity(), 2u);
  EXPECT_EQ(Ring<int>(5).capacity(), 8u);
  EXPECT_EQ(Ring<int>(64).capacity(), 64u);
}

TEST(Ring, KeepsEachProducersOrderAndLosesNothingBetweenThreads) {
  struct Item {
    int producer;
    int number;
  };
  constexpr int kProducers = 3;
  constexpr int kItems = 20'000;
  Ring<Item> ring(64);
  std::vector<std::thread> producers;
  for (int p = 0; p < kProducers; ++p) {
    producers.emplace_back([&ring, p] {
      std::uint64_t position = 0;
      for (int i = 0; i < kItems; ++i) {
        while (!ring.try_push({p, i}, position)) {
          std::this_thread::yield();
        }
      }
    });
  }
  std::map<int, int> next;
  Item item{};
  for (int taken = 0; taken < kProducers * kItems;) {
    if (ring.try_pop(item)) {
      ASSERT_EQ(item.number, next[item.producer]++);
      ++taken;
    } else {
      std::this_thread::yield();
    }
  }
  for (std::thread& producer : producers) {
    producer.join();
  }
  EXPECT_TRUE(ring.empty());
}

}  // namespace
}  // namespace sluice::telemetry
