#include "telemetry/sentences.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "telemetry/text_table.hpp"
#include "unit/telemetry/telemetry_helpers.hpp"

namespace sluice::telemetry {
namespace {

using schedule::DropReason;
using schedule::Event;
using schedule::EventKind;
using testing::at;
using ::testing::HasSubstr;
using testing::kMs;

TEST(DurationText, HasThreeDigitsAndAUnit) {
  EXPECT_EQ(duration_text(base::Duration(0)), "0 ms");
  EXPECT_EQ(duration_text(base::Duration(1234)), "0.00 ms");
  EXPECT_EQ(duration_text(base::Duration(420'000)), "0.42 ms");
  EXPECT_EQ(duration_text(base::Duration(17'340'000)), "17.3 ms");
  EXPECT_EQ(duration_text(250 * kMs), "250 ms");
  EXPECT_EQ(duration_text(2500 * kMs), "2.50 s");
  EXPECT_EQ(duration_text(std::chrono::seconds(200)), "3 min 20 s");
  EXPECT_EQ(duration_text(std::chrono::minutes(150)), "2 h 30 min");
  EXPECT_EQ(duration_text(base::kForever), "never");
}

TEST(PercentText, DoesNotRoundAlmostToAll) {
  EXPECT_EQ(percent_text(1.0), "100 %");
  EXPECT_EQ(percent_text(0.99996), "99.99 %");
  EXPECT_EQ(percent_text(0.9), "90.0 %");
  EXPECT_EQ(percent_text(0.00001), "< 0.1 %");
  EXPECT_EQ(percent_text(0.0), "0 %");
}

TEST(CountText, GroupsThousands) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1000), "1,000");
  EXPECT_EQ(count_text(1234567), "1,234,567");
}

TEST(BytesText, TakesTheFittingUnit) {
  EXPECT_EQ(bytes_text(512), "512 B");
  EXPECT_EQ(bytes_text(1536), "1.50 KiB");
  EXPECT_EQ(bytes_text(3.0 * 1024 * 1024 * 1024), "3.00 GiB");
}

TEST(TextTable, AlignsNamesLeftAndNumbersRight) {
  TextTable table({"task", "n"});
  table.add({"a", "1,000"});
  table.add({"longer", "5"});
  EXPECT_EQ(table.text(false),
            "task        n\n"
            "------  -----\n"
            "a       1,000\n"
            "longer      5\n");
}

Event dropped(DropReason reason) {
  Event event = testing::event(EventKind::dropped, 1, 60, 17, 1);
  event.arrival = at(20);
  event.deadline = at(270);
  event.reason = reason;
  return event;
}

TEST(EndSentence, GivesForEveryReasonItsOwnExplanation) {
  const RunHeader run = testing::header_of(testing::two_tasks());
  std::vector<std::string> seen;
  for (std::size_t i = 0; i < schedule::kDropReasons; ++i) {
    const std::string text = end_sentence(dropped(static_cast<DropReason>(i)), run);
    EXPECT_THAT(text, HasSubstr("dropped 40.0 ms after it arrived: "));
    EXPECT_THAT(seen, ::testing::Not(::testing::Contains(text)));
    seen.push_back(text);
  }
}

TEST(EndSentence, NamesWhomASheddingProtectedAndItsNumbers) {
  Event event = dropped(DropReason::shed);
  event.other_task = 0;
  event.other_request = 33;
  event.numbers.service = 45 * kMs;
  event.numbers.backlog = 12 * kMs;
  event.numbers.queued = 9;
  event.numbers.task_queued = 5;
  EXPECT_EQ(end_sentence(event, testing::header_of(testing::two_tasks())),
            "dropped 40.0 ms after it arrived: shed so that detector (request 33) stays on time "
            "(predicted service 45.0 ms, 12.0 ms of work in front of it, 9 queued, 5 of them its "
            "own task's).");
}

TEST(EndSentence, SaysByHowMuchAnInfeasibleRequestMisses) {
  Event event = dropped(DropReason::infeasible);
  event.numbers.predicted_finish = at(300);
  EXPECT_THAT(end_sentence(event, testing::header_of(testing::two_tasks())),
              HasSubstr("it would have finished 30.0 ms after its deadline"));
}

TEST(EndSentence, ToldForARefusalOnArrival) {
  Event event = dropped(DropReason::queue_full_newest);
  event.time = event.arrival;
  EXPECT_EQ(end_sentence(event, testing::header_of(testing::two_tasks())),
            "refused when it arrived: its queue of 24 was full.");
}

TEST(EndSentence, GivesTheMarginOfAFinishedRequest) {
  const RunHeader run = testing::header_of(testing::two_tasks());
  Event event = testing::event(EventKind::finished, 1, 60, 17, 0);
  event.arrival = at(20);
  event.deadline = at(100);
  event.outcome = schedule::Outcome::on_time;
  EXPECT_EQ(end_sentence(event, run),
            "done 40.0 ms after it arrived, 40.0 ms before its deadline: on time.");
  event.deadline = at(50);
  event.outcome = schedule::Outcome::late;
  EXPECT_EQ(end_sentence(event, run),
            "done 40.0 ms after it arrived, 10.0 ms after its deadline: late.");
  event.deadline = base::kNever;
  event.outcome = schedule::Outcome::on_time;
  EXPECT_EQ(end_sentence(event, run), "done 40.0 ms after it arrived; it had no deadline.");
}

}  // namespace
}  // namespace sluice::telemetry
