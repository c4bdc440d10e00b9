#include "simulate/compare.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workloads.hpp"

namespace sluice::simulate {
namespace {

using ::testing::HasSubstr;
using namespace testing;

TEST(Compare, ShowsEveryPolicyBesideTheBound) {
  const auto comparison = compare(overload(), default_policies());
  ASSERT_TRUE(comparison.has_value()) << comparison.error().message;
  EXPECT_EQ(comparison->requests, 40u);
  EXPECT_EQ(comparison->weighted_bound, 26);
  EXPECT_EQ(comparison->window, milliseconds(190 + 250));
  ASSERT_EQ(comparison->policies.size(), default_policies().size());
  for (const PolicyOutcome& outcome : comparison->policies) {
    EXPECT_EQ(outcome.total.offered, 40u) << outcome.policy;
    EXPECT_EQ(outcome.total.on_time + outcome.total.late + outcome.total.dropped_total(), 40u);
    EXPECT_LE(outcome.of_bound, 1.0) << outcome.policy;
    EXPECT_LE(outcome.goodput, comparison->bound + 1e-9);
    EXPECT_NEAR(outcome.goodput * 0.440, outcome.weighted_on_time, 1e-9);
  }
  const PolicyOutcome& slack = comparison->policies.front();
  EXPECT_EQ(slack.policy, "slack");
  EXPECT_DOUBLE_EQ(slack.of_bound, 1.0);
  EXPECT_EQ(slack.wasted_share, 0.0);
  const PolicyOutcome& fifo = comparison->policies.back();
  EXPECT_EQ(fifo.policy, "fifo");
  EXPECT_EQ(fifo.tasks[0].latency.p95, milliseconds(782));
  EXPECT_GT(fifo.wasted_share, 0.5);
  EXPECT_DOUBLE_EQ(fifo.busy_share, 1.0);
}

TEST(Compare, PoolsSeeds) {
  Workload workload;
  add_task(workload, "a", milliseconds(10), milliseconds(50), poisson(100, 200));
  const auto policies = default_policies();
  const auto pooled = compare(workload, policies, {3});
  ASSERT_TRUE(pooled.has_value()) << pooled.error().message;
  double on_time = 0;
  double bound = 0;
  base::Duration window{0};
  for (int i = 0; i < 3; ++i) {
    const auto single = compare(workload, policies);
    ASSERT_TRUE(single.has_value());
    on_time += single->policies[0].weighted_on_time;
    bound += single->weighted_bound;
    window += single->window;
    ++workload.seed;
  }
  EXPECT_EQ(pooled->requests, 600u);
  EXPECT_EQ(pooled->seeds, 3u);
  EXPECT_EQ(pooled->policies[0].weighted_on_time, on_time);
  EXPECT_EQ(pooled->weighted_bound, bound);
  EXPECT_EQ(pooled->window, window);
}

TEST(Compare, FindsPoliciesByName) {
  for (const char* name : {"slack", "fifo", "fifo_expire", "interval", "fixed_batch"}) {
    const auto policy = policy_named(name);
    ASSERT_TRUE(policy.has_value()) << name;
    EXPECT_EQ(policy->name, name);
  }
  schedule::SchedulerOptions options;
  policy_named("fifo")->apply(options);
  EXPECT_FALSE(options.expire);
  policy_named("fifo_expire")->apply(options);
  EXPECT_TRUE(options.expire);
  const auto unknown = policy_named("slac");
  ASSERT_FALSE(unknown.has_value());
  EXPECT_THAT(unknown.error().message, HasSubstr("did you mean \"slack\""));
}

TEST(Compare, NamesThePolicyThatFailed) {
  const NamedPolicy broken{
      "broken", [](schedule::SchedulerOptions& options) { options.estimate_window = 0; }};
  const auto comparison = compare(overload(), {broken});
  ASSERT_FALSE(comparison.has_value());
  EXPECT_THAT(comparison.error().message, ::testing::StartsWith("policy broken: "));
}

TEST(Compare, JsonHasTheDocumentedShape) {
  const auto comparison = compare(overload(), default_policies());
  ASSERT_TRUE(comparison.has_value());
  const boost::json::object json = to_json(*comparison);
  EXPECT_EQ(json.at("workload").as_string(), "overload");
  for (const auto& entry : json.at("policies").as_array()) {
    const auto& policy = entry.as_object();
    EXPECT_TRUE(policy.at("goodput").is_double());
    EXPECT_TRUE(policy.at("bound").is_double());
    const auto& detector = policy.at("tasks").at("detector").as_object();
    EXPECT_EQ(detector.at("offered").to_number<int>(), 20);
    std::int64_t ends = detector.at("on_time").to_number<std::int64_t>() +
                        detector.at("late").to_number<std::int64_t>();
    for (const auto& reason : detector.at("dropped").as_object()) {
      EXPECT_GT(reason.value().to_number<std::int64_t>(), 0) << reason.key();
      ends += reason.value().to_number<std::int64_t>();
    }
    EXPECT_EQ(ends, 20);
    for (const char* key : {"p50", "p95", "p99", "max"}) {
      EXPECT_TRUE(detector.at("latency_ms").at(key).is_double()) << key;
    }
  }
  const auto& fifo = json.at("policies").as_array().back().as_object();
  EXPECT_EQ(fifo.at("tasks").at("detector").at("latency_ms").at("p95").as_double(), 782.0);
  EXPECT_EQ(fifo.at("tasks").at("classifier").at("latency_ms").at("p95").as_double(), 827.0);
}

TEST(Compare, AnEmptyWorkloadIsNoDivisionByZero) {
  Workload workload;
  add_task(workload, "a", milliseconds(10), milliseconds(50), ArrivalOptions{});
  workload.arrivals[0].kind = ArrivalKind::trace;
  const auto comparison = compare(workload, default_policies());
  ASSERT_TRUE(comparison.has_value()) << comparison.error().message;
  EXPECT_EQ(comparison->bound, 0);
  EXPECT_EQ(comparison->policies[0].of_bound, 1);
}

}  // namespace
}  // namespace sluice::simulate
