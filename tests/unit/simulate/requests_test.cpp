#include "simulate/requests.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workloads.hpp"

namespace sluice::simulate {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using namespace testing;

Workload random_workload() {
  Workload workload;
  workload.name = "random";
  add_task(workload, "a", milliseconds(10), milliseconds(50), poisson(100, 50));
  add_task(workload, "b", milliseconds(20), milliseconds(50), poisson(50, 50));
  for (ServiceOptions& service : workload.services) {
    service.kind = ServiceKind::lognormal;
    service.cv = 0.5;
  }
  return workload;
}

std::vector<TracedRequest> of_task(const std::vector<TracedRequest>& requests,
                                   schedule::TaskId task) {
  std::vector<TracedRequest> result;
  for (const TracedRequest& request : requests) {
    if (request.task == task) {
      result.push_back(request);
    }
  }
  return result;
}

TEST(Generate, SortsByArrivalAndThenByTask) {
  const auto requests = generate(overload(), 1);
  ASSERT_TRUE(requests.has_value()) << requests.error().message;
  ASSERT_EQ(requests->size(), 40u);
  for (std::size_t i = 0; i < 40; ++i) {
    EXPECT_EQ((*requests)[i].arrival, at(static_cast<int>(i / 2) * 10));
    EXPECT_EQ((*requests)[i].task, i % 2);
    EXPECT_EQ((*requests)[i].factor, 1.0);
    EXPECT_EQ((*requests)[i].hint_factor, 1.0);
  }
}

TEST(Generate, RequestsOfATaskDoNotDependOnOtherTasksOrLaterOnes) {
  const auto both = generate(random_workload(), 3);
  Workload changed = random_workload();
  changed.arrivals[0].count = 20;
  changed.services[0].cv = 0.1;
  changed.estimates = Estimates::hinted;
  changed.estimate_error = 0.3;
  const auto other = generate(changed, 3);
  ASSERT_TRUE(both && other);
  const auto before = of_task(*both, 1);
  const auto after = of_task(*other, 1);
  ASSERT_EQ(before.size(), after.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(before[i].arrival, after[i].arrival);
    EXPECT_EQ(before[i].factor, after[i].factor);
  }
  EXPECT_EQ(of_task(*other, 0)[19].arrival, of_task(*both, 0)[19].arrival);
}

TEST(Generate, SeedsDiffer) {
  const auto first = generate(random_workload(), 1);
  const auto second = generate(random_workload(), 2);
  ASSERT_TRUE(first && second);
  EXPECT_NE((*first)[0].arrival, (*second)[0].arrival);
}

TEST(Generate, HintErrorHasItsSpreadAndIsForHintsOnly) {
  Workload workload = random_workload();
  workload.arrivals[0].count = 20000;
  workload.estimate_error = 0.2;
  const auto learned = generate(workload, 1);
  workload.estimates = Estimates::hinted;
  const auto hinted = generate(workload, 1);
  ASSERT_TRUE(learned && hinted);
  double sum = 0;
  double square = 0;
  const auto requests = of_task(*hinted, 0);
  for (const TracedRequest& request : requests) {
    const double log = std::log(request.hint_factor);
    sum += log;
    square += log * log;
  }
  const auto n = static_cast<double>(requests.size());
  EXPECT_NEAR(sum / n, 0.0, 0.01);
  EXPECT_NEAR(std::sqrt(square / n), 0.2, 0.01);
  for (const TracedRequest& request : *learned) {
    ASSERT_EQ(request.hint_factor, 1.0);
  }
}

TEST(Generate, DurationEndsEverySource) {
  Workload workload = random_workload();
  workload.arrivals[0].count = 0;
  workload.duration = milliseconds(200);
  const auto requests = generate(workload, 1);
  ASSERT_TRUE(requests.has_value());
  ASSERT_FALSE(requests->empty());
  EXPECT_LT(requests->back().arrival, at(200));
}

TEST(Generate, ErrorsNameTheTaskOrModel) {
  Workload endless = random_workload();
  endless.arrivals[1].count = 0;
  auto requests = generate(endless, 1);
  ASSERT_FALSE(requests.has_value());
  EXPECT_THAT(requests.error().message, AllOf(HasSubstr("task b"), HasSubstr("never end")));

  Workload bad_rate = random_workload();
  bad_rate.arrivals[0].rate = 0;
  requests = generate(bad_rate, 1);
  ASSERT_FALSE(requests.has_value());
  EXPECT_THAT(requests.error().message, AllOf(HasSubstr("task a"), HasSubstr("rate")));

  Workload bad_service = random_workload();
  bad_service.services[1].base = -milliseconds(1);
  requests = generate(bad_service, 1);
  ASSERT_FALSE(requests.has_value());
  EXPECT_THAT(requests.error().message, AllOf(HasSubstr("model b-model"), HasSubstr("base")));

  Workload bad_shape = random_workload();
  bad_shape.services.pop_back();
  EXPECT_FALSE(generate(bad_shape, 1).has_value());

  Workload bad_error = random_workload();
  bad_error.estimate_error = -1;
  EXPECT_FALSE(generate(bad_error, 1).has_value());
}

TEST(FactorOf, IsTheInverseOfTheServiceTime) {
  ServiceOptions service;
  service.base = milliseconds(8);
  service.per_item = milliseconds(2);
  EXPECT_DOUBLE_EQ(factor_of(service, milliseconds(25), base::Duration(0)), 2.5);
  service.drift_per_second = 1;
  EXPECT_DOUBLE_EQ(factor_of(service, milliseconds(25), seconds(1)), 1.25);
}

TEST(DeadlineOf, PrefersTheRequestsOwn) {
  schedule::TaskOptions task;
  TracedRequest request;
  request.arrival = at(5);
  EXPECT_EQ(deadline_of(request, task), base::kNever);
  task.latency_budget = milliseconds(10);
  EXPECT_EQ(deadline_of(request, task), at(15));
  request.deadline = at(7);
  EXPECT_EQ(deadline_of(request, task), at(7));
}

}  // namespace
}  // namespace sluice::simulate
