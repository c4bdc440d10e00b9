#include "schedule/summary.hpp"

#include <chrono>

#include <gtest/gtest.h>

#include "simulate/random.hpp"

namespace sluice::schedule {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Time at(int ms) {
  return Time(milliseconds(ms));
}

class SummaryTest : public ::testing::Test {
 protected:
  SummaryTest() {
    TaskOptions task;
    task.name = "a";
    task.weight = 3;
    options_.tasks = {task, task};
    options_.tasks[1].name = "b";
    options_.tasks[1].weight = 1;
    options_.slots = 2;
  }

  static Event event(EventKind kind, int ms, RequestId request, TaskId task) {
    Event e;
    e.kind = kind;
    e.time = at(ms);
    e.request = request;
    e.task = task;
    return e;
  }
  static Event arrived(int ms, RequestId request, TaskId task) {
    Event e = event(EventKind::arrived, ms, request, task);
    e.arrival = at(ms);
    return e;
  }
  static Event in_batch(EventKind kind, int ms, int arrival, RequestId request, TaskId task,
                        SlotId slot, BatchId batch, std::uint32_t size,
                        Outcome outcome = Outcome::on_time) {
    Event e = event(kind, ms, request, task);
    e.arrival = at(arrival);
    e.slot = slot;
    e.batch = batch;
    e.batch_size = size;
    e.outcome = outcome;
    return e;
  }
  static void feed(Summary& summary, const std::vector<Event>& events) {
    for (const Event& e : events) {
      summary.on_event(e);
    }
  }

  // A batch of two on slot 1 from 10 to 30 ms, one member on time, one late; one drop at 40 ms.
  static std::vector<Event> small_run() {
    Event dropped = event(EventKind::dropped, 40, 3, 1);
    dropped.reason = DropReason::expired;
    return {
        arrived(0, 1, 0),
        arrived(5, 2, 1),
        in_batch(EventKind::batch_started, 10, 0, 0, kNone, 1, 7, 2),
        in_batch(EventKind::started, 10, 0, 1, 0, 1, 7, 2),
        in_batch(EventKind::started, 10, 5, 2, 1, 1, 7, 2),
        arrived(20, 3, 1),
        in_batch(EventKind::finished, 30, 0, 1, 0, 1, 7, 2, Outcome::on_time),
        in_batch(EventKind::finished, 30, 5, 2, 1, 1, 7, 2, Outcome::late),
        in_batch(EventKind::batch_finished, 30, 0, 0, kNone, 1, 7, 2),
        dropped,
    };
  }

  SchedulerOptions options_;
};

TEST_F(SummaryTest, CountsEndsAndSharesTheBatchAmongItsMembers) {
  Summary summary(options_);
  feed(summary, small_run());
  const TaskSummary a = summary.task(0);
  const TaskSummary b = summary.task(1);
  EXPECT_EQ(a.offered, 1u);
  EXPECT_EQ(a.on_time, 1u);
  EXPECT_EQ(a.latency.max, milliseconds(30));
  EXPECT_EQ(a.queue_wait.max, milliseconds(10));
  EXPECT_EQ(a.service, milliseconds(10));
  EXPECT_EQ(a.wasted, milliseconds(0));
  EXPECT_EQ(b.offered, 2u);
  EXPECT_EQ(b.late, 1u);
  EXPECT_EQ(b.dropped[static_cast<std::size_t>(DropReason::expired)], 1u);
  EXPECT_EQ(b.dropped_total(), 1u);
  EXPECT_EQ(b.latency.count, 1u) << "dropped requests have no latency";
  EXPECT_EQ(b.latency.max, milliseconds(25));
  EXPECT_EQ(b.wasted, milliseconds(10));
  EXPECT_EQ(summary.busy(0), milliseconds(0));
  EXPECT_EQ(summary.busy(1), milliseconds(20));
  EXPECT_DOUBLE_EQ(summary.wasted_share(), 0.5);
  EXPECT_EQ(summary.batches(), 1u);
  EXPECT_EQ(summary.makespan(), milliseconds(40));
  EXPECT_DOUBLE_EQ(summary.weighted_on_time(), 3.0);
  EXPECT_DOUBLE_EQ(summary.goodput(), 3.0 / 0.040);
  EXPECT_DOUBLE_EQ(summary.on_time_per_second(), 1.0 / 0.040);
}

TEST_F(SummaryTest, FailedRequestsWasteTimeAndHaveNoLatency) {
  Summary summary(options_);
  feed(summary, {arrived(0, 1, 0), in_batch(EventKind::started, 0, 0, 1, 0, 0, 1, 1),
                 in_batch(EventKind::batch_finished, 8, 0, 0, kNone, 0, 1, 1),
                 in_batch(EventKind::finished, 8, 0, 1, 0, 0, 1, 1, Outcome::failed)});
  EXPECT_EQ(summary.task(0).failed, 1u);
  EXPECT_EQ(summary.task(0).latency.count, 0u);
  EXPECT_EQ(summary.task(0).wasted, milliseconds(8)) << "the order of the two ends is free";
  EXPECT_DOUBLE_EQ(summary.wasted_share(), 1.0);
}

TEST_F(SummaryTest, TotalAndMergeAddUp) {
  Summary once(options_);
  feed(once, small_run());
  Summary twice(options_);
  twice.merge(once);
  twice.merge(once);
  EXPECT_EQ(twice.task(1).offered, 4u);
  EXPECT_EQ(twice.task(1).dropped_total(), 2u);
  EXPECT_EQ(twice.total().offered, 6u);
  EXPECT_EQ(twice.total().latency.count, 4u);
  EXPECT_EQ(twice.makespan(), 2 * once.makespan());
  EXPECT_EQ(twice.busy(), 2 * once.busy());
  EXPECT_DOUBLE_EQ(twice.goodput(), once.goodput());
  EXPECT_DOUBLE_EQ(twice.wasted_share(), once.wasted_share());
}

TEST_F(SummaryTest, AMergedSummaryGoesOnWithAnotherRun) {
  Summary first(options_);
  feed(first, small_run());
  Summary summary(options_);
  summary.merge(first);
  feed(summary, small_run());
  EXPECT_EQ(summary.makespan(), milliseconds(80));
  EXPECT_EQ(summary.task(0).on_time, 2u);
}

TEST_F(SummaryTest, LeavesOutUnknownTasksAndSlots) {
  Summary summary(options_);
  feed(summary, {arrived(0, 1, 9), in_batch(EventKind::batch_started, 0, 0, 0, kNone, 9, 1, 1),
                 in_batch(EventKind::finished, 5, 0, 1, 9, 9, 1, 1),
                 in_batch(EventKind::batch_finished, 5, 0, 0, kNone, 9, 1, 1)});
  EXPECT_EQ(summary.total().offered, 0u);
  EXPECT_EQ(summary.busy(), milliseconds(0));
}

TEST_F(SummaryTest, AnEmptyRunHasNoRates) {
  const Summary summary(options_);
  EXPECT_EQ(summary.goodput(), 0);
  EXPECT_EQ(summary.wasted_share(), 0);
  EXPECT_EQ(summary.task(0).latency.p99, milliseconds(0));
}

TEST(Quantiles, AreNearestRank) {
  Quantiles quantiles;
  for (int i = 20; i >= 1; --i) {
    quantiles.add(milliseconds(i));
  }
  const Percentiles p = quantiles.get();
  EXPECT_EQ(p.p50, milliseconds(10));
  EXPECT_EQ(p.p95, milliseconds(19)) << "ceil(0.95 * 20) = 19 exactly";
  EXPECT_EQ(p.p99, milliseconds(20));
  EXPECT_EQ(p.max, milliseconds(20));
  EXPECT_EQ(p.mean, std::chrono::microseconds(10500));
}

TEST(Quantiles, OfOneValueAreThatValue) {
  Quantiles quantiles;
  quantiles.add(milliseconds(7));
  EXPECT_EQ(quantiles.get().p50, milliseconds(7));
  EXPECT_EQ(quantiles.get().p99, milliseconds(7));
}

TEST(Quantiles, KeepBoundedMemoryWithSmallError) {
  simulate::Random random(1);
  Quantiles quantiles;
  std::vector<std::int64_t> values;
  for (std::size_t i = 0; i < Quantiles::kExact + 50000; ++i) {
    const auto value = static_cast<std::int64_t>(random.exponential() * 5e6);
    values.push_back(value);
    quantiles.add(base::Duration(value));
  }
  std::sort(values.begin(), values.end());
  const Percentiles p = quantiles.get();
  const auto exact = [&](std::uint64_t percent) {
    return static_cast<double>(values[(percent * values.size() + 99) / 100 - 1]);
  };
  EXPECT_NEAR(static_cast<double>(p.p50.count()), exact(50), exact(50) / 512);
  EXPECT_NEAR(static_cast<double>(p.p95.count()), exact(95), exact(95) / 512);
  EXPECT_NEAR(static_cast<double>(p.p99.count()), exact(99), exact(99) / 512);
  EXPECT_EQ(p.max.count(), values.back());
  EXPECT_EQ(p.count, values.size());
}

TEST(Quantiles, HistogramTakesTheWholeRange) {
  Quantiles large;
  for (std::size_t i = 0; i <= Quantiles::kExact; ++i) {
    large.add(base::kForever);
  }
  large.add(base::Duration(0));
  large.add(base::Duration(-5));
  EXPECT_EQ(large.get().max, base::kForever);
  EXPECT_GT(large.get().p50.count(), INT64_MAX / 512 * 511);
}

TEST(Quantiles, MergeMixesExactAndHistogram) {
  Quantiles large;
  for (std::size_t i = 0; i <= Quantiles::kExact; ++i) {
    large.add(milliseconds(1));
  }
  Quantiles small;
  small.add(seconds(1));
  Quantiles into_small = small;
  into_small.merge(large);
  Quantiles into_large = large;
  into_large.merge(small);
  for (const Quantiles& merged : {into_small, into_large}) {
    EXPECT_EQ(merged.count(), Quantiles::kExact + 2);
    EXPECT_EQ(merged.get().max, seconds(1));
    EXPECT_NEAR(base::to_ms(merged.get().p99), 1.0, 1.0 / 512);
  }
}

}  // namespace
}  // namespace sluice::schedule
