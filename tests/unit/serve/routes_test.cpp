#include "serve/routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/manual_clock.hpp"
#include "daemon_helpers.hpp"

namespace sluice::serve {
namespace {

using doubles::small_plan;
using doubles::synthetic;
using doubles::task_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

ModelVersion loaded(const std::string& name, const std::string& version) {
  ModelVersion entry;
  entry.name = name;
  entry.version = version;
  entry.planned = synthetic(name, std::chrono::milliseconds(1));
  entry.planned.options.name = fmt::format("{}:{}", name, version);
  backend::CancelToken cancel;
  EXPECT_TRUE(load_version(entry, base::ManualClock(), cancel));
  return entry;
}

Routes routes(const Plan& plan, const Catalog& catalog) {
  auto made = Routes::create(plan, catalog);
  EXPECT_TRUE(made) << made.error().message;
  return std::move(*made);
}

std::vector<std::string> task_names(const Routes& routes) {
  std::vector<std::string> names;
  for (const auto& task : routes.scheduler().tasks) names.push_back(task.name);
  return names;
}

std::string sent_to(const Routes& routes, const std::string& name, const std::string& version = {},
                    const std::string& task = {}) {
  const auto route = routes.find(name, version, task);
  return route ? fmt::format("{}:{} {}", route->served->name, route->served->version,
                             routes.task_name(route->task))
               : route.error().message;
}

TEST(RoutesTest, AModelWithoutATaskGetsOneOfItsName) {
  const auto made = routes(small_plan(), {loaded("a", "1")});
  EXPECT_THAT(task_names(made), ElementsAre("a"));
  EXPECT_EQ(sent_to(made, "a"), "a:1 a");
  EXPECT_EQ(sent_to(made, "a", "1"), "a:1 a");
  EXPECT_THAT(sent_to(made, "a", "2"), HasSubstr("no version 2"));
  EXPECT_THAT(sent_to(made, "b"), HasSubstr("no model 'b'"));
}

TEST(RoutesTest, TheNewestVersionHasTheTasksAndOthersCopiesOfThem) {
  Plan plan = small_plan();
  plan.tasks = {task_of("labels", "a"), task_of("more", "a")};
  plan.tasks[0].options.priority = 7;
  const auto made = routes(plan, {loaded("a", "2"), loaded("a", "10")});
  EXPECT_THAT(task_names(made), ElementsAre("labels", "more", "a:2"));
  EXPECT_EQ(made.scheduler().tasks[2].priority, 7);
  EXPECT_EQ(sent_to(made, "a"), "a:10 labels");
  EXPECT_EQ(sent_to(made, "a", "2"), "a:2 a:2");
  EXPECT_EQ(sent_to(made, "a", "", "more"), "a:10 more");
  EXPECT_EQ(sent_to(made, "more"), "a:10 more");
  EXPECT_EQ(sent_to(made, "labels", "", "more"), "a:10 more");
  EXPECT_THAT(sent_to(made, "more", "2"), HasSubstr("not 2"));
  EXPECT_THAT(sent_to(made, "a", "2", "more"), HasSubstr("runs version 10"));
  EXPECT_THAT(sent_to(made, "a", "", "none"), HasSubstr("no task 'none'"));
}

TEST(RoutesTest, ATaskCanNameAVersion) {
  Plan plan = small_plan();
  plan.tasks = {task_of("old", "a:1")};
  const auto made = routes(plan, {loaded("a", "1"), loaded("a", "2")});
  EXPECT_EQ(sent_to(made, "old"), "a:1 old");
  EXPECT_EQ(sent_to(made, "a"), "a:2 a");
}

TEST(RoutesTest, TasksWithASourceAreNotForClients) {
  Plan plan = small_plan();
  plan.tasks = {task_of("a", "a")};
  plan.tasks[0].offered = false;
  const auto made = routes(plan, {loaded("a", "1")});
  EXPECT_THAT(task_names(made), ElementsAre("a", "a:1"));
  EXPECT_EQ(sent_to(made, "a"), "a:1 a:1");
}

TEST(RoutesTest, TasksOfModelsThatAreNotLoadedAreLeftOut) {
  Plan plan = small_plan();
  plan.tasks = {task_of("first", "missing"), task_of("second", "a")};
  plan.tasks[1].options.on_shed = schedule::OnShed::degrade;
  plan.tasks[1].degrade_to = "first";
  auto made = routes(plan, {loaded("a", "1")});
  EXPECT_THAT(task_names(made), ElementsAre("second"));
  EXPECT_EQ(made.scheduler().tasks[0].on_shed, schedule::OnShed::drop);
  made = routes(plan, {loaded("a", "1"), loaded("missing", "1")});
  EXPECT_EQ(made.scheduler().tasks[1].degrade_to, 0U);

  plan.tasks[1].degrade_to = "nobody";
  const auto refused = Routes::create(plan, {loaded("a", "1")});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("no task 'nobody'"));
}

}  // namespace
}  // namespace sluice::serve
