#include <boost/json/array.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.hpp"
#include "unit/serve/observer_helpers.hpp"

namespace sluice::serve {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using testing::overload;
using testing::Watch;

const json::array& decisions(const json::object& document) {
  return document.at("decisions").as_array();
}

TEST(Decisions, AreTheLastOnesNewestFirst) {
  Watch watch;
  const auto result = watch.run(overload());
  const auto all = watch.observer->decisions("", "", 1000);
  ASSERT_EQ(decisions(all).size(), 40u);
  EXPECT_EQ(decisions(all)[0].at("t_s"), 0.0);
  const auto some = watch.observer->decisions("", "", 3);
  ASSERT_EQ(decisions(some).size(), 3u);
  EXPECT_EQ(decisions(some)[2], decisions(all)[2]);
  for (std::size_t i = 1; i < 40; ++i) {
    EXPECT_LE(decisions(all)[i].at("t_s").as_double(), decisions(all)[i - 1].at("t_s").as_double());
  }
}

TEST(Decisions, CanBeChosenByTaskAndEnd) {
  Watch watch;
  const auto result = watch.run(overload());
  const auto classifier = result.summary.task(1);
  ASSERT_GT(classifier.dropped_total(), 0u);
  const auto dropped = watch.observer->decisions("classifier", "dropped", 1000);
  EXPECT_EQ(decisions(dropped).size(), classifier.dropped_total());
  const auto on_time = watch.observer->decisions("classifier", "on_time", 1000);
  ASSERT_EQ(decisions(on_time).size(), classifier.on_time);
  const auto& one = decisions(on_time)[0];
  EXPECT_EQ(one.at("task"), "classifier");
  EXPECT_EQ(one.at("priority"), 20);
  EXPECT_NEAR(one.at("latency_ms").as_double() - one.at("queued_ms").as_double(), 45, 0.01);
  EXPECT_THAT(std::string(one.at("sentence").as_string()), HasSubstr("on time"));
  EXPECT_TRUE(decisions(watch.observer->decisions("nobody", "", 10)).empty());
}

TEST(Explain, TellsADropFromTheWindow) {
  Watch watch;
  watch.run(overload(), 1);
  watch.run(overload(), 2);
  const auto dropped = watch.observer->decisions("", "dropped", 1);
  const std::string id(decisions(dropped)[0].at("decision").as_string());
  EXPECT_TRUE(id.starts_with("2-")) << id;
  const auto story = watch.observer->explain(id);
  ASSERT_TRUE(story) << story.error().message;
  EXPECT_EQ(story->at("decision"), id.c_str());
  EXPECT_EQ(story->at("end"), decisions(dropped)[0].at("end"));
  EXPECT_GE(story->at("story").as_array().size(), 3u);
  EXPECT_FALSE(story->at("what_if").as_array().empty());
}

TEST(Explain, KnowsOnlyWhatIsRemembered) {
  Watch watch(ObserverOptions{"", std::chrono::minutes(5), 40, false, 0});
  watch.run(overload());
  for (const char* id : {"1-1", "1-999", "7-1", "nonsense", "1", "1-2x"}) {
    const auto story = watch.observer->explain(id);
    ASSERT_FALSE(story) << id;
    EXPECT_EQ(story.error().code, base::ErrorCode::not_found) << id;
  }
}

TEST(WhatIf, UnderTheSamePolicyRepeatsWhatWasRecorded) {
  Watch watch;
  watch.run(overload());
  auto options = watch.observer->recorded_options();
  EXPECT_EQ(options.policy, schedule::PolicyKind::slack);
  options.policy = schedule::PolicyKind::fifo;
  options.shedder = schedule::ShedderKind::none;
  const auto document = watch.observer->what_if(options);
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(document->at("requests"), 40u);
  EXPECT_EQ(document->at("recorded"), document->at("same_policy"))
      << base::to_pretty_json(*document);
  EXPECT_EQ(document->at("simulated").at("policy"), "fifo");
  EXPECT_LT(document->at("simulated").at("tasks").at(0).at("on_time").as_uint64(),
            document->at("recorded").at("tasks").at(0).at("on_time").as_uint64());
}

TEST(WhatIf, LeavesOutRequestsThatAreNotWhole) {
  // A window that has lost the beginning of the run.
  Watch watch(ObserverOptions{"", std::chrono::minutes(5), 64, false, 0});
  watch.run(overload());
  const auto document = watch.observer->what_if(watch.observer->recorded_options());
  ASSERT_TRUE(document) << document.error().message;
  for (const auto& task : document->at("recorded").at("tasks").as_array()) {
    EXPECT_EQ(task.at("offered").as_uint64(),
              task.at("on_time").as_uint64() + task.at("late").as_uint64() +
                  task.at("dropped").as_uint64() + task.at("failed").as_uint64());
  }
  EXPECT_LT(document->at("requests").as_uint64(), 40u);
}

TEST(WhatIf, NeedsRequestsAndTheirTasks) {
  Watch watch;
  const auto nothing = watch.observer->what_if(watch.observer->recorded_options());
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, base::ErrorCode::unavailable);
  watch.run(overload());
  const auto other = watch.observer->what_if({});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, base::ErrorCode::invalid);
}

}  // namespace
}  // namespace sluice::serve
