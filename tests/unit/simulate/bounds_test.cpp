#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "simulate/bound.hpp"
#include "simulate/bound_jobs.hpp"
#include "simulate/clairvoyant.hpp"
#include "simulate/interval_cuts.hpp"
#include "simulate/lp_bound.hpp"
#include "workloads.hpp"

namespace sluice::simulate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace testing;

Job job(int release, int deadline, int work) {
  return {at(release), at(deadline), milliseconds(work)};
}

std::uint64_t best(const std::vector<Job>& jobs) {
  const auto result = clairvoyant_on_time(jobs);
  EXPECT_TRUE(result.has_value()) << result.error().message;
  return result.value_or(0);
}

TEST(Clairvoyant, SmallCases) {
  EXPECT_EQ(best({}), 0u);
  EXPECT_EQ(best({job(0, 10, 10)}), 1u);
  EXPECT_EQ(best({job(0, 10, 11)}), 0u) << "cannot be on time even alone";
  EXPECT_EQ(best({job(0, 10, 6), job(0, 10, 5), job(0, 10, 5)}), 2u) << "the long one goes";
  EXPECT_EQ(best({job(0, 10, 8), job(2, 12, 4), job(3, 13, 4)}), 2u)
      << "a greedy start with the first job would end at 8 and lose both others";
  EXPECT_EQ(best({job(0, 30, 10), job(0, 30, 10), job(0, 30, 10), job(0, 30, 10)}), 3u);
}

TEST(Clairvoyant, DoesNotDependOnTheOrderGiven) {
  EXPECT_EQ(best({job(3, 13, 4), job(0, 10, 8), job(2, 12, 4)}), 2u);
}

TEST(Clairvoyant, JobsWithoutDeadlineAlwaysFit) {
  EXPECT_EQ(best({job(0, 10, 8), {at(1), base::kNever, milliseconds(500)}}), 2u);
}

TEST(Clairvoyant, RefusesDisagreeableJobs) {
  const auto result = clairvoyant_on_time(std::vector<Job>{job(0, 100, 5), job(5, 20, 5)});
  ASSERT_FALSE(result.has_value());
  EXPECT_THAT(result.error().message, HasSubstr("jobs 1 and 0"));
}

TEST(IntervalSeparator, FindsTheOverloadedInterval) {
  IntervalSeparator separator({{0, 10, 4}, {2, 6, 3}, {3, 6, 3}}, 1);
  const auto found = separator.find(std::vector<double>{1, 1, 1}, 1e-9);
  ASSERT_EQ(found.size(), 1u) << "[2, 6] has 6 of 4; [0, 10] has room, [3, 6] is just full";
  EXPECT_EQ(found[0].from, 2);
  EXPECT_EQ(found[0].to, 6);
  EXPECT_DOUBLE_EQ(found[0].excess, 2);
  EXPECT_TRUE(separator.find(std::vector<double>{1, 0.5, 0.5}, 1e-9).empty());
}

TEST(IntervalSeparator, CountsSlots) {
  IntervalSeparator separator({{0, 10, 10}, {0, 10, 10}, {0, 10, 10}}, 2);
  const auto found = separator.find(std::vector<double>{1, 1, 1}, 1e-9);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_DOUBLE_EQ(found[0].excess, 10);
}

BoundJob bound_job(int release, int deadline, int work, double weight = 1,
                   std::uint64_t slots = 1) {
  BoundJob result;
  result.release = at(release);
  result.deadline = at(deadline);
  result.work = milliseconds(work);
  result.weight = weight;
  result.slots = slots;
  return result;
}

double value(const std::vector<BoundJob>& jobs, std::uint32_t slots, std::size_t piece = 3000) {
  const auto bound = lp_bound(jobs, slots, piece);
  EXPECT_TRUE(bound.has_value()) << bound.error().message;
  EXPECT_TRUE(bound->converged);
  return bound->value;
}

TEST(LpBound, TakesTheMostWeightThatFits) {
  EXPECT_EQ(value({}, 1), 0);
  EXPECT_EQ(value({bound_job(0, 10, 5), bound_job(0, 10, 5)}, 1), 2);
  EXPECT_EQ(value({bound_job(0, 10, 10, 1), bound_job(0, 10, 10, 3)}, 1), 3);
  EXPECT_EQ(value({bound_job(0, 10, 6), bound_job(0, 10, 6)}, 1), 1)
      << "1.67 of them fit; whole weights round down";
  EXPECT_NEAR(value({bound_job(0, 10, 6, 1), bound_job(0, 10, 6, 1.5)}, 1), 1.5 + 4.0 / 6, 2e-3);
}

TEST(LpBound, CountsSlotsAndBindings) {
  const std::vector<BoundJob> anywhere(4, bound_job(0, 10, 10, 1, 0b11));
  EXPECT_EQ(value(anywhere, 2), 2);
  const std::vector<BoundJob> bound(4, bound_job(0, 10, 10, 1, 0b01));
  EXPECT_EQ(value(bound, 2), 1);
  std::vector<BoundJob> mixed = bound;
  mixed.insert(mixed.end(), anywhere.begin(), anywhere.end());
  EXPECT_EQ(value(mixed, 2), 2);
}

TEST(LpBound, CountsInstances) {
  std::vector<BoundJob> jobs(4, bound_job(0, 10, 10, 1, 0b11));
  for (BoundJob& job : jobs) {
    job.limited_model = 0;
    job.instances = 1;
  }
  EXPECT_EQ(value(jobs, 2), 1);
}

TEST(LpBound, JobsThatRunAloneCountWhereTheyMustBe) {
  // Each window reaches out of [5, 15], but each job spends at least 5 of its 10 ms inside.
  std::vector<BoundJob> jobs = {bound_job(0, 15, 10), bound_job(5, 20, 10), bound_job(5, 15, 6)};
  for (BoundJob& job : jobs) {
    job.alone = true;
  }
  EXPECT_EQ(value(jobs, 1), 2);
}

TEST(LpBound, JobsWithoutDeadlineAreFree) {
  BoundJob job = bound_job(0, 0, 1000, 2);
  job.deadline = base::kNever;
  EXPECT_EQ(value({job, job, bound_job(0, 10, 10, 1)}, 1), 5);
}

TEST(LpBound, PiecesKeepItValidAndNatural) {
  std::vector<BoundJob> jobs;
  for (int i = 0; i < 60; ++i) {
    jobs.push_back(bound_job(i * 10, i * 10 + 25, 10));
    jobs.push_back(bound_job(i * 10 + 1, i * 10 + 26, 10));
  }
  const double whole = value(jobs, 1);
  EXPECT_EQ(whole, 61);
  EXPECT_GE(value(jobs, 1, 20), whole);
  // Bursts far apart are cut between them, where nothing is lost.
  std::vector<BoundJob> bursts;
  for (int i = 0; i < 120; ++i) {
    const int start = i / 6 * 1000;
    bursts.push_back(bound_job(start, start + 25, 10));
  }
  EXPECT_EQ(value(bursts, 1), 40);
  EXPECT_EQ(value(bursts, 1, 20), 40);
}

Workload batching(std::uint32_t max_batch) {
  Workload workload;
  add_task(workload, "a", milliseconds(8), milliseconds(100), poisson(1, 1));
  workload.services[0].per_item = milliseconds(2);
  workload.scheduler.models[0].max_batch = max_batch;
  return workload;
}

std::vector<TracedRequest> arrivals_at(const std::vector<int>& times) {
  std::vector<TracedRequest> requests(times.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    requests[i].arrival = at(times[i]);
  }
  return requests;
}

std::vector<int> works_us(const Workload& workload, const std::vector<TracedRequest>& requests) {
  const auto jobs = bound_jobs(workload, requests);
  EXPECT_TRUE(jobs.has_value()) << jobs.error().message;
  std::vector<int> works;
  for (const BoundJob& job : *jobs) {
    works.push_back(static_cast<int>((job.work.count() + 500) / 1000));
  }
  return works;
}

TEST(BoundJobs, WorkIsTheShareOfTheCheapestPossibleBatch) {
  EXPECT_THAT(works_us(batching(1), arrivals_at({0, 10})), ElementsAre(10000, 10000));
  EXPECT_THAT(works_us(batching(4), arrivals_at({0, 10, 20, 30})),
              ElementsAre(4000, 4000, 4000, 4000));
  EXPECT_THAT(works_us(batching(4), arrivals_at({0, 10, 500})), ElementsAre(6000, 6000, 10000))
      << "the third has no company";
}

TEST(BoundJobs, BatchesMustFitTheWindow) {
  Workload workload = batching(4);
  workload.scheduler.tasks[0].latency_budget = milliseconds(13);
  EXPECT_THAT(works_us(workload, arrivals_at({0, 0, 0, 0})), ElementsAre(6000, 6000, 6000, 6000))
      << "two take 12 ms, three 14 ms";
  workload.scheduler.tasks[0].latency_budget = milliseconds(9);
  EXPECT_THAT(works_us(workload, arrivals_at({0, 0})), ElementsAre());
}

TEST(BoundJobs, FactorsCountAndFailingRequestsDoNot) {
  auto requests = arrivals_at({0, 0});
  requests[0].factor = 3;
  requests[1].fails = true;
  EXPECT_THAT(works_us(batching(1), requests), ElementsAre(30000));
}

TEST(BoundJobs, ATaskMayBeDegraded) {
  Workload workload = batching(1);
  add_task(workload, "cheap", milliseconds(3), milliseconds(100), poisson(1, 1));
  workload.scheduler.tasks[0].on_shed = schedule::OnShed::degrade;
  workload.scheduler.tasks[0].degrade_to = 1;
  EXPECT_THAT(works_us(workload, arrivals_at({0})), ElementsAre(3000));
}

TEST(BoundJobs, DriftCountsAtItsBest) {
  Workload workload = batching(1);
  workload.services[0].drift_per_second = -5;
  EXPECT_THAT(works_us(workload, arrivals_at({0})), ElementsAre(5000)) << "at 100 ms";
  workload.services[0].drift_per_second = 5;
  EXPECT_THAT(works_us(workload, arrivals_at({0})), ElementsAre(10000));
}

TEST(BoundJobs, RefusesSlotsThatCannotBe) {
  Workload workload = batching(1);
  workload.scheduler.slots = 0;
  EXPECT_FALSE(bound_jobs(workload, arrivals_at({0})).has_value());
  workload.scheduler.slots = 2;
  workload.scheduler.models[0].slots = {2};
  EXPECT_FALSE(bound_jobs(workload, arrivals_at({0})).has_value());
}

TEST(UpperBound, OfTheKnownScenarioIsItsOptimum) {
  const Workload workload = overload();
  const auto requests = generate(workload, 1);
  ASSERT_TRUE(requests.has_value());
  const auto bound = upper_bound(workload, *requests);
  ASSERT_TRUE(bound.has_value()) << bound.error().message;
  EXPECT_EQ(bound->weighted_on_time, 26);
  EXPECT_EQ(bound->kind, BoundKind::linear);
}

TEST(UpperBound, IsExactWhereThatIsKnown) {
  Workload workload = batching(1);
  workload.scheduler.tasks[0].latency_budget = milliseconds(25);
  workload.scheduler.tasks[0].weight = 2;
  const auto requests = arrivals_at({0, 0, 0, 5});
  auto bound = upper_bound(workload, requests);
  ASSERT_TRUE(bound.has_value());
  EXPECT_EQ(bound->kind, BoundKind::clairvoyant);
  EXPECT_EQ(bound->weighted_on_time, 6);
  workload.scheduler.slots = 2;
  workload.scheduler.models[0].instances = 2;
  bound = upper_bound(workload, requests);
  ASSERT_TRUE(bound.has_value());
  EXPECT_EQ(bound->kind, BoundKind::linear);
  EXPECT_EQ(bound->weighted_on_time, 8);
}

}  // namespace
}  // namespace sluice::simulate
