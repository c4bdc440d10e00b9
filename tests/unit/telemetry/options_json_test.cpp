#include "telemetry/options_json.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/telemetry/telemetry_helpers.hpp"

namespace sluice::telemetry {
namespace {

using ::testing::HasSubstr;
using testing::kMs;

schedule::SchedulerOptions unusual() {
  schedule::SchedulerOptions options = testing::two_tasks();
  options.slots = 3;
  options.policy = schedule::PolicyKind::levels;
  options.shedder = schedule::ShedderKind::backlog;
  options.protection = schedule::Protection::strict;
  options.expire = false;
  options.batch = 7;
  options.batch_delay = base::Duration(1);
  options.interval = 33 * kMs;
  options.backlog_threshold = 5;
  options.shed_engage = 2 * kMs;
  options.shed_release = 3 * kMs;
  options.estimate_quantile = 0.123456789;
  options.estimate_window = 9;
  options.models[0].max_batch = 4;
  options.models[0].instances = 2;
  options.models[0].slots = {0, 2};
  options.models[0].profile_per_item = base::Duration(12345);
  schedule::TaskOptions& task = options.tasks[0];
  task.on_full = schedule::OnFull::drop_lowest_value;
  task.on_shed = schedule::OnShed::degrade;
  task.degrade_to = 1;
  task.defer_by = 4 * kMs;
  task.weight = 2.5;
  task.min_share = 0.25;
  task.period = 10 * kMs;
  options.tasks[1].latency_budget = base::kForever;
  return options;
}

base::Result<schedule::SchedulerOptions> parse(const std::string& text) {
  return options_from_json(boost::json::parse(text).as_object());
}

TEST(OptionsJson, GivesBackWhatItTook) {
  const schedule::SchedulerOptions before = unusual();
  const auto after = options_from_json(to_json(before));
  ASSERT_TRUE(after) << after.error().message;
  // Every field is in the JSON, so equal JSON means equal options.
  EXPECT_EQ(to_json(*after), to_json(before));
  EXPECT_EQ(after->policy, before.policy);
  EXPECT_EQ(after->expire, false);
  EXPECT_EQ(after->estimate_quantile, before.estimate_quantile);
  EXPECT_EQ(after->models[0].slots, before.models[0].slots);
  EXPECT_EQ(after->models[0].profile_per_item, before.models[0].profile_per_item);
  EXPECT_EQ(after->tasks[0].degrade_to, 1u);
  EXPECT_EQ(after->tasks[0].on_full, before.tasks[0].on_full);
  EXPECT_EQ(after->tasks[0].weight, 2.5);
  EXPECT_EQ(after->tasks[1].latency_budget, base::kForever);
  EXPECT_EQ(after->tasks[1].model, 1u);
}

TEST(OptionsJson, UsesDefaultsForAbsentAndIgnoresUnknownFields) {
  const auto options = parse(R"({"slots":2,"invented":{"x":1},"models":[{"name":"m","new":1}]})");
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->slots, 2u);
  EXPECT_EQ(options->estimate_window, schedule::SchedulerOptions{}.estimate_window);
  EXPECT_EQ(options->models[0].max_batch, 1u);
}

struct BadOptions {
  const char* json;
  const char* message;
};

class OptionsJsonErrors : public ::testing::TestWithParam<BadOptions> {};

TEST_P(OptionsJsonErrors, NameTheField) {
  const auto options = parse(GetParam().json);
  ASSERT_FALSE(options);
  EXPECT_THAT(options.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, OptionsJsonErrors,
    ::testing::Values(
        BadOptions{R"({"slots":0})", "slots: must be from 1"},
        BadOptions{R"({"slots":4000000000})", "slots: must be from 1"},
        BadOptions{R"({"slots":"two"})", "slots: must be an integer"},
        BadOptions{R"({"policy":"magic"})", "policy: unknown value 'magic'"},
        BadOptions{R"({"policy":"unknown"})", "policy: unknown value 'unknown'"},
        BadOptions{R"({"expire":1})", "expire: must be true or false"},
        BadOptions{R"({"models":{}})", "models: must be a list"},
        BadOptions{R"({"models":[1]})", "models[0]: must be an object"},
        BadOptions{R"({"models":[{}]})", "models[0].name: is missing"},
        BadOptions{R"({"models":[{"name":"m","slots":[-1]}]})",
                   "models[0].slots: must be a list of slot"},
        BadOptions{R"({"tasks":[{"name":"t","model":"m"}]})",
                   "tasks[0].model: no model is named 'm'"},
        BadOptions{
            R"({"models":[{"name":"m"}],"tasks":[{"name":"t","model":"m","degrade_to":"x"}]})",
            "tasks[0].degrade_to: no task is named 'x'"},
        BadOptions{R"({"models":[{"name":"m"}],"tasks":[{"name":"t","model":"m","weight":"a"}]})",
                   "tasks[0].weight: must be a number"}));

}  // namespace
}  // namespace sluice::telemetry
