#include "simulate/experiments.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

namespace sluice::simulate {
namespace {

TEST(Grid, SlackIsNearTheOptimumInEveryCell) {
  GridOptions options;
  options.requests = 1500;
  options.seeds = 1;
  const auto grid = run_grid(options);
  ASSERT_TRUE(grid.has_value()) << grid.error().message;
  ASSERT_EQ(grid->cells.size(), 32u);
  for (const GridCell& cell : grid->cells) {
    const std::string name = grid_workload(cell, options).name;
    const GridPolicy& slack = cell.policies.front();
    ASSERT_EQ(slack.policy, "slack");
    EXPECT_GE(slack.of_optimum, 0.97) << name;
    EXPECT_GE(slack.of_optimum_with_error, 0.92) << name;
    EXPECT_LE(slack.wasted, 0.01) << name;
    EXPECT_LE(slack.wasted_with_error, 0.08) << name;
    for (const GridPolicy& policy : cell.policies) {
      EXPECT_LE(policy.of_optimum, 1.0) << name << " " << policy.policy;
      EXPECT_LE(policy.of_optimum, slack.of_optimum) << name << " " << policy.policy;
    }
  }
}

TEST(Suite, NoPolicyExceedsTheBoundAndSlackIsBest) {
  const auto suite = run_suite(1);
  ASSERT_TRUE(suite.has_value()) << suite.error().message;
  EXPECT_GE(suite->comparisons.size(), 10u);
  for (const Comparison& comparison : suite->comparisons) {
    const PolicyOutcome& slack = comparison.policies.front();
    ASSERT_EQ(slack.policy, "slack");
    EXPECT_GT(slack.of_bound, 0.9) << comparison.workload;
    for (const PolicyOutcome& outcome : comparison.policies) {
      EXPECT_LE(outcome.of_bound, 1.0) << comparison.workload << " " << outcome.policy;
      // Where nearly all fits, who loses the last one or two requests is chance.
      EXPECT_LE(outcome.of_bound, slack.of_bound + 0.001)
          << comparison.workload << " " << outcome.policy;
    }
  }
}

TEST(Suite, WorkloadsAreDeterministic) {
  const std::vector<Workload> suite = suite_workloads();
  const auto first = generate(suite[2], suite[2].seed);
  const auto second = generate(suite_workloads()[2], suite[2].seed);
  ASSERT_TRUE(first && second);
  ASSERT_EQ(first->size(), second->size());
  for (std::size_t i = 0; i < first->size(); ++i) {
    ASSERT_EQ((*first)[i].arrival, (*second)[i].arrival);
    ASSERT_EQ((*first)[i].factor, (*second)[i].factor);
  }
}

TEST(Spike, SlackKeepsTheImportantTaskOnTime) {
  const auto spike = run_spike();
  ASSERT_TRUE(spike.has_value()) << spike.error().message;
  ASSERT_EQ(spike->cases.size(), 2u);
  for (const SpikeCase& test : spike->cases) {
    const SpikePolicy& slack = test.policies.front();
    ASSERT_EQ(slack.policy, "slack");
    EXPECT_GE(slack.important_on_time, 0.999) << test.name;
    EXPECT_TRUE(slack.within_one_batch) << test.name;
    EXPECT_GT(slack.less_important_on_time, 0.3) << test.name;
    EXPECT_LT(test.policies.back().important_on_time, 0.9) << "fifo must suffer, or there is no "
                                                              "spike";
  }
}

TEST(Experiments, PrintAsJson) {
  GridOptions options;
  options.requests = 50;
  options.seeds = 1;
  const auto grid = run_grid(options);
  ASSERT_TRUE(grid.has_value());
  const boost::json::object json = to_json(*grid);
  EXPECT_EQ(json.at("cells").as_array().size(), 32u);
  EXPECT_EQ(json.at("cells").at(0).at("policies").at(0).at("policy").as_string(), "slack");
}

}  // namespace
}  // namespace sluice::simulate
