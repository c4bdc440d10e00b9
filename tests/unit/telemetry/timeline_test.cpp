#include "telemetry/timeline.hpp"

#include <numeric>

#include <gtest/gtest.h>

#include "telemetry/histogram.hpp"
#include "telemetry/protection.hpp"
#include "unit/telemetry/telemetry_helpers.hpp"

namespace sluice::telemetry {
namespace {

using schedule::Event;
using schedule::EventKind;
using testing::at;
using testing::event;
using testing::kMs;

struct Sum {
  double value = 0;
  void merge(const Sum& other) { value += other.value; }
};

TEST(TimeBins, WidenWithoutLosingAnything) {
  TimeBins<Sum> bins(Sum{});
  for (int ms = 0; ms < 1000; ++ms) {
    bins.at(ms * kMs).value += 1;
  }
  EXPECT_EQ(bins.width(), 8 * kMs);  // 240 bins of 8 ms hold 1000 ms, of 4 ms they do not
  const auto used = bins.used();
  EXPECT_EQ(used.size(), 125u);
  for (const Sum& bin : used) {
    EXPECT_EQ(bin.value, 8);
  }
}

TEST(TimeBins, SplitSpansAtTheirEdges) {
  TimeBins<Sum> bins(Sum{});
  bins.for_span(base::Duration(500'000), base::Duration(2'250'000),
                [](Sum& bin, base::Duration length) { bin.value += base::to_ms(length); });
  const auto used = bins.used();
  ASSERT_EQ(used.size(), 3u);
  EXPECT_DOUBLE_EQ(used[0].value, 0.5);
  EXPECT_DOUBLE_EQ(used[1].value, 1.0);
  EXPECT_DOUBLE_EQ(used[2].value, 0.25);
}

TEST(TimeBins, TakeTimesBeforeTheStartAndFarBeyondIt) {
  TimeBins<Sum> bins(Sum{});
  bins.at(-kMs).value += 1;
  bins.at(std::chrono::hours(24 * 365 * 50)).value += 1;
  const auto used = bins.used();
  EXPECT_LE(used.size(), TimeBins<Sum>::kBins);
  EXPECT_EQ(used.front().value, 1);
  EXPECT_EQ(used.back().value, 1);
}

TEST(LogHistogram, CountsEachValueInTheBinThatHoldsIt) {
  LogHistogram histogram;
  for (const base::Duration value : {base::Duration(1500), 8 * kMs, 45 * kMs, 1000 * kMs}) {
    LogHistogram one;
    one.add(value);
    ASSERT_EQ(one.last(), one.first() + 1);
    EXPECT_LE(LogHistogram::lower_edge(one.first()), value);
    EXPECT_GE(LogHistogram::lower_edge(one.last()), value);
    histogram.add(value);
  }
  EXPECT_EQ(histogram.total(), 4u);
}

TEST(LogHistogram, KeepsOutliersInItsEnds) {
  LogHistogram histogram;
  histogram.add(base::Duration(-5));
  histogram.add(base::Duration(0));
  histogram.add(std::chrono::hours(5));
  EXPECT_EQ(histogram.count(0), 2u);
  EXPECT_EQ(histogram.count(LogHistogram::kBins - 1), 1u);
}

TEST(Timeline, FollowsTheQueueFromArrivalToStartOrDrop) {
  Timeline timeline(testing::two_tasks(), base::Time{});
  timeline.on_event(event(EventKind::arrived, 1, 0, 1, 0));
  timeline.on_event(event(EventKind::arrived, 2, 0, 2, 0));
  timeline.on_event(event(EventKind::started, 3, 2, 1, 0));
  Event dropped = event(EventKind::dropped, 4, 3, 2, 0);
  dropped.reason = schedule::DropReason::shed;
  timeline.on_event(dropped);
  Event finished = event(EventKind::finished, 5, 4, 1, 0);
  finished.outcome = schedule::Outcome::late;
  timeline.on_event(finished);

  const auto bins = timeline.bins();
  ASSERT_EQ(bins.size(), 5u);  // one per millisecond
  EXPECT_EQ(bins[0].tasks[0].depth_max, 2u);
  EXPECT_EQ(bins[1].tasks[0].depth_max, 2u);
  EXPECT_EQ(bins[2].tasks[0].depth_max, 1u);
  EXPECT_EQ(bins[3].tasks[0].depth_max, 0u);
  EXPECT_DOUBLE_EQ(bins[0].tasks[0].depth_ns, 2e6);
  EXPECT_EQ(bins[0].tasks[0].arrived, 2u);
  EXPECT_EQ(bins[3].tasks[0].dropped, 1u);
  EXPECT_EQ(bins[3].dropped[static_cast<std::size_t>(schedule::DropReason::shed)], 1u);
  EXPECT_EQ(bins[4].tasks[0].late, 1u);
  EXPECT_EQ(bins[0].tasks[1].arrived, 0u);
}

TEST(Timeline, DoesNotCountARequestThatLeavesAtOnce) {
  Timeline timeline(testing::two_tasks(), base::Time{});
  timeline.on_event(event(EventKind::arrived, 1, 0, 1, 0));
  timeline.on_event(event(EventKind::started, 2, 0, 1, 0));
  timeline.on_event(event(EventKind::finished, 3, 5, 1, 0));
  for (const TimelineBin& bin : timeline.bins()) {
    EXPECT_EQ(bin.tasks[0].depth_max, 0u);
  }
}

TEST(Timeline, CountsSlotTimeUpToTheLastEvent) {
  Timeline timeline(testing::two_tasks(), base::Time{});
  const auto batch = [](EventKind kind, double ms, schedule::BatchId id) {
    Event e = event(kind, 1, ms);
    e.slot = 0;
    e.batch = id;
    return e;
  };
  timeline.on_event(batch(EventKind::batch_started, 0.5, 1));
  timeline.on_event(batch(EventKind::batch_finished, 2.5, 1));
  timeline.on_event(batch(EventKind::batch_started, 3, 2));
  timeline.on_event(event(EventKind::arrived, 4, 4, 9, 0));  // the batch still runs
  const auto bins = timeline.bins();
  ASSERT_GE(bins.size(), 4u);
  EXPECT_DOUBLE_EQ(bins[0].busy_ns, 0.5e6);
  EXPECT_DOUBLE_EQ(bins[1].busy_ns, 1e6);
  EXPECT_DOUBLE_EQ(bins[2].busy_ns, 0.5e6);
  EXPECT_DOUBLE_EQ(bins[3].busy_ns, 1e6);
}

TEST(Timeline, SurvivesAJournalWhoseBeginningIsGone) {
  Timeline timeline(testing::two_tasks(), base::Time{});
  timeline.on_event(event(EventKind::started, 7, 1, 1, 0));
  timeline.on_event(event(EventKind::dropped, 8, 2, 2, 0));
  timeline.on_event(event(EventKind::arrived, 9, 2, 3, 0));
  timeline.on_event(event(EventKind::started, 10, 4, 3, 0));
  EXPECT_EQ(timeline.bins()[3].tasks[0].depth_max, 1u);
}

Event waited(double ms, double until, schedule::SlotId slot) {
  Event e = event(EventKind::waited, 1, ms, 5, 1);
  e.other_task = 0;
  e.until = at(until);
  e.slot = slot;
  return e;
}

TEST(Protections, CountDropsAndDeferralsByWhoPaidForWhom) {
  Protections protections(1);
  for (int i = 0; i < 3; ++i) {
    Event dropped = event(EventKind::dropped, 1, 1, 7, 1);
    dropped.other_task = 0;
    protections.on_event(dropped);
  }
  Event deferred = event(EventKind::deferred, 1, 1, 8, 1);
  deferred.other_task = 0;
  protections.on_event(deferred);
  protections.on_event(event(EventKind::dropped, 1, 1, 9, 1));  // for nobody's sake
  const auto all = protections.all();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].protected_task, 0u);
  EXPECT_EQ(all[0].paid_by, 1u);
  EXPECT_EQ(all[0].dropped, 3u);
  EXPECT_EQ(all[0].deferred, 1u);
}

TEST(Protections, MeasureHowLongASlotWasKeptFree) {
  Protections protections(2);
  protections.on_event(waited(10, 20, 0));
  protections.on_event(waited(12, 20, 0));  // asked again: the same wait
  Event started = event(EventKind::batch_started, 1, 15);
  started.slot = 0;
  protections.on_event(started);
  protections.on_event(waited(30, 34, 1));
  started.slot = 1;
  started.time = at(50);  // the wait was over at 34
  protections.on_event(started);
  const auto all = protections.all();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].waits, 2u);
  EXPECT_EQ(all[0].waited, 9 * kMs);
}

}  // namespace
}  // namespace sluice::telemetry
