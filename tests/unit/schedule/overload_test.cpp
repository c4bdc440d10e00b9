// The known scenario: a detector of 8 ms and a classifier of 45 ms share one slot, a frame
// each every 10 ms. The numbers were derived by hand; see docs/scheduling.md.
#include "driver.hpp"

namespace sluice::schedule {
namespace {

class Overload : public ::testing::Test {
 protected:
  static SchedulerOptions options(PolicyKind policy, ShedderKind shedder) {
    TaskOptions detector = task("detector", 100, ms(80), 24);
    detector.period = ms(10);
    TaskOptions classifier = task("classifier", 20, ms(250), 24);
    classifier.period = ms(10);
    SchedulerOptions all = one_slot({{detector, ms(8)}, {classifier, ms(45)}});
    all.policy = policy;
    all.shedder = shedder;
    return all;
  }
  static void play(Driver& driver) {
    std::vector<Driver::Arrival> frames;
    for (int i = 0; i < 20; ++i) {
      frames.push_back({10.0 * i, 0, 8});
      frames.push_back({10.0 * i, 1, 45});
    }
    driver.scheduler->announce(0, at(0));
    driver.scheduler->announce(1, at(0));
    driver.run(frames);
  }
};

TEST_F(Overload, FifoWithoutExpiryMakesEverythingLate) {
  SchedulerOptions all = options(PolicyKind::fifo, ShedderKind::none);
  all.expire = false;
  Driver driver(all);
  play(driver);
  EXPECT_DOUBLE_EQ(driver.p95(0), 782.0);
  EXPECT_DOUBLE_EQ(driver.p95(1), 827.0);
}

TEST_F(Overload, PriorityIsBlockedByOneClassifierAtMost) {
  Driver driver(options(PolicyKind::priority, ShedderKind::none));
  play(driver);
  EXPECT_DOUBLE_EQ(driver.p95(0), 49.0);
  EXPECT_DOUBLE_EQ(driver.latencies(0).back(), 51.0);
}

TEST_F(Overload, SlackReachesTheOptimum) {
  Driver driver(options(PolicyKind::slack, ShedderKind::adaptive));
  play(driver);
  EXPECT_EQ(driver.scheduler->accounting(0).on_time, 20u);
  EXPECT_EQ(driver.scheduler->accounting(1).on_time, 6u);
}

TEST_F(Overload, StrictProtectionKeepsTheSlotFreeForAnnouncedArrivals) {
  SchedulerOptions all = options(PolicyKind::slack, ShedderKind::adaptive);
  all.protection = Protection::strict;
  Driver driver(all);
  play(driver);
  EXPECT_EQ(driver.scheduler->accounting(0).on_time, 20u);
  EXPECT_DOUBLE_EQ(driver.p95(0), 8.0);
}

}  // namespace
}  // namespace sluice::schedule
