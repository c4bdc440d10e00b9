#include "telemetry/explain.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "telemetry/trial.hpp"
#include "unit/telemetry/telemetry_helpers.hpp"

namespace sluice::telemetry {
namespace {

using schedule::EventKind;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::kMs;
using testing::overload;
using testing::record;

const JournalContent& journal() {
  static const JournalContent content = record(overload(), overload().scheduler);
  return content;
}

const WhatIf* find(const Explanation& explanation, const std::string& kind) {
  for (const WhatIf& item : explanation.what_if) {
    if (item.kind == kind) {
      return &item;
    }
  }
  return nullptr;
}

std::string joined(const std::vector<std::string>& sentences) {
  std::string all;
  for (const std::string& sentence : sentences) {
    all += sentence + "\n";
  }
  return all;
}

/// The recorded run with nothing changed, about one request.
Trial trial_of(const ReplayInput& input, schedule::RequestId request) {
  Trial trial;
  trial.options = input.run.scheduler;
  trial.services = input.workload.services;
  trial.requests = input.requests;
  trial.target = static_cast<std::size_t>(request - 1);
  return trial;
}

bool ends_on_time(const Trial& trial) {
  const auto end = trial.end();
  EXPECT_TRUE(end) << end.error().message;
  return on_time(*end);
}

TEST(Explain, TellsTheStoryOfADropWithItsNumbers) {
  const auto explanation = explain(journal(), "first-drop");
  ASSERT_TRUE(explanation) << explanation.error().message;
  EXPECT_EQ(explanation->task, "classifier");
  EXPECT_EQ(explanation->end, "shed");
  const std::string story = joined(explanation->story);
  EXPECT_THAT(story, AllOf(HasSubstr("of task classifier (model cls, priority 20) arrived at"),
                           HasSubstr("250 ms after that"), HasSubstr("slot 0 was"),
                           HasSubstr("predicted to take 45.0 ms"), HasSubstr("shed so that"),
                           HasSubstr("stays on time")));
}

TEST(Explain, ChecksEachChangeBySimulation) {
  const auto explanation = explain(journal(), "first-drop");
  ASSERT_TRUE(explanation);
  const auto input = replay_input(journal());
  ASSERT_TRUE(input);
  ASSERT_FALSE(ends_on_time(trial_of(*input, explanation->request)));

  const WhatIf* budget = find(*explanation, "budget");
  ASSERT_NE(budget, nullptr);
  ASSERT_TRUE(budget->helps);
  Trial trial = trial_of(*input, explanation->request);
  trial.request().deadline = *trial.request().deadline + base::from_ms(budget->value);
  EXPECT_TRUE(ends_on_time(trial));

  const WhatIf* slots = find(*explanation, "slots");
  ASSERT_NE(slots, nullptr);
  ASSERT_TRUE(slots->helps);
  trial = trial_of(*input, explanation->request);
  trial.options.slots += static_cast<std::uint32_t>(slots->value);
  trial.options.models[1].instances += static_cast<std::uint32_t>(slots->value);
  EXPECT_TRUE(ends_on_time(trial));

  const WhatIf* priority = find(*explanation, "priority");
  ASSERT_NE(priority, nullptr);
  trial = trial_of(*input, explanation->request);
  trial.request().priority = static_cast<std::int32_t>(priority->value);
  EXPECT_EQ(ends_on_time(trial), priority->helps);
}

TEST(Explain, OfAnOnTimeRequestTriesNothing) {
  const auto explanation = explain(journal(), "detector#3");
  ASSERT_TRUE(explanation);
  EXPECT_EQ(explanation->request, 5u);
  EXPECT_EQ(explanation->end, "on_time");
  EXPECT_TRUE(explanation->what_if.empty());
  EXPECT_THAT(joined(explanation->story),
              AllOf(HasSubstr("It started at"), HasSubstr("before its deadline: on time")));
}

TEST(Explain, OfALateRequestSaysByHowMuch) {
  simulate::Workload workload = overload();
  workload.scheduler.policy = schedule::PolicyKind::fifo;
  workload.scheduler.shedder = schedule::ShedderKind::none;
  workload.scheduler.expire = false;
  const auto explanation = explain(record(workload, workload.scheduler), "detector:first-late");
  ASSERT_TRUE(explanation) << explanation.error().message;
  EXPECT_EQ(explanation->end, "late");
  EXPECT_THAT(joined(explanation->story), HasSubstr("after its deadline: late."));
  const WhatIf* budget = find(*explanation, "budget");
  ASSERT_NE(budget, nullptr);
  EXPECT_TRUE(budget->helps);  // FIFO does not look at budgets: it ends as before, in time
  const WhatIf* priority = find(*explanation, "priority");
  ASSERT_NE(priority, nullptr);
  EXPECT_FALSE(priority->helps);  // nor at priorities
}

TEST(Explain, DoesNotLookForTimingWhereTheBackendFailed) {
  JournalContent failing = journal();
  for (schedule::Event& event : failing.events) {
    if (event.kind == EventKind::finished && event.request == 5) {
      event.outcome = schedule::Outcome::failed;
    }
  }
  const auto explanation = explain(failing, "first-failed");
  ASSERT_TRUE(explanation) << explanation.error().message;
  EXPECT_EQ(explanation->request, 5u);
  EXPECT_TRUE(explanation->what_if.empty());
  EXPECT_THAT(explanation->remark, HasSubstr("nothing to do with its deadline"));
}

TEST(Explain, SaysThatARequestHadNotEnded) {
  JournalContent cut = journal();
  cut.events.resize(3);
  const auto explanation = explain(cut, "1");
  ASSERT_TRUE(explanation) << explanation.error().message;
  EXPECT_EQ(explanation->end, "in_flight");
  EXPECT_THAT(explanation->remark, HasSubstr("had not ended"));
}

TEST(Explain, SaysWhenTheSimulationDoesNotAgree) {
  JournalContent altered = journal();
  for (schedule::Event& event : altered.events) {
    if (event.kind == EventKind::finished && event.request == 5) {
      event.outcome = schedule::Outcome::late;
    }
  }
  const auto explanation = explain(altered, "5");
  ASSERT_TRUE(explanation) << explanation.error().message;
  EXPECT_TRUE(explanation->what_if.empty());
  EXPECT_THAT(explanation->remark, HasSubstr("without any change it is on time"));
}

TEST(Explain, GivesTextAndJson) {
  const auto explanation = explain(journal(), "first-drop");
  ASSERT_TRUE(explanation);
  const std::string text = to_text(*explanation, false);
  EXPECT_THAT(text, AllOf(HasSubstr("of classifier: shed"), HasSubstr("each checked by simulation"),
                          HasSubstr("- a latency budget of")));
  for (const std::string& line : testing::lines_of(text)) {
    EXPECT_LE(line.size(), 110u) << line;
  }
  const boost::json::object json = to_json(*explanation);
  EXPECT_EQ(json.at("end"), "shed");
  EXPECT_EQ(json.at("what_if").as_array().size(), explanation->what_if.size());
}

struct Selector {
  const char* text;
  const char* message;
};

class SelectorErrors : public ::testing::TestWithParam<Selector> {};

TEST_P(SelectorErrors, TellWhatThereIs) {
  const auto found = find_request(journal(), GetParam().text);
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, SelectorErrors,
    ::testing::Values(Selector{"999", "it holds requests 1 to 40"}, Selector{"0", "did not arrive"},
                      Selector{"", "means no request"}, Selector{"first", "choose an id, TASK#N"},
                      Selector{"99999999999999999999999", "means no request"},
                      Selector{"clasifier#1", "did you mean \"classifier\"?"},
                      Selector{"classifier#0", "a number from 1"},
                      Selector{"classifier#x", "a number from 1"},
                      Selector{"classifier#21", "the journal holds 20 requests of classifier"},
                      Selector{"detector:first-drop", "no request of detector ended so"},
                      Selector{"nobody:first-drop", "no task 'nobody'"}));

}  // namespace
}  // namespace sluice::telemetry
