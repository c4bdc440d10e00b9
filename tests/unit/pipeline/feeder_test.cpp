#include "pipeline/feeder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doubles.hpp"

namespace sluice::pipeline {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

base::Time at(base::Duration time) {
  return base::Time(time);
}

// Two tasks' sources: "a" for task 3 and "b" for task 5.
std::vector<TaskSource> sources(std::unique_ptr<FakeSource> a,
                                std::unique_ptr<FakeSource> b = nullptr) {
  std::vector<TaskSource> result;
  result.push_back({3, std::move(a)});
  if (b) result.push_back({5, std::move(b)});
  return result;
}

std::unique_ptr<FakeSource> fake(const std::string& name, std::vector<base::Duration> due,
                                 base::Duration period = {}) {
  return std::make_unique<FakeSource>(name, std::move(due), period);
}

void run_to_end(Feeder& feeder) {
  while (feeder.next_due() != base::kNever) feeder.step(feeder.next_due());
}

TEST(Feeder, SubmitsInOrderOfDueTime) {
  Notes notes;
  Feeder feeder({}, sources(fake("a", {10ms, 30ms}), fake("b", {20ms, 30ms})), notes, at(100ms));
  EXPECT_EQ(feeder.next_due(), at(110ms));
  run_to_end(feeder);
  EXPECT_THAT(notes.take(),
              ElementsAre("a#0@110 for 3", "b#0@120 for 5", "a#1@130 for 3", "b#1@130 for 5"));
}

TEST(Feeder, SubmitsNothingEarly) {
  Notes notes;
  Feeder feeder({}, sources(fake("a", {10ms})), notes, at(0ms));
  feeder.step(at(9ms));
  EXPECT_THAT(notes.take(), IsEmpty());
  feeder.step(at(10ms));
  EXPECT_THAT(notes.take(), ElementsAre("a#0@10 for 3"));
}

// A late call does not make the frame younger: its latency budget counts from when it was due.
TEST(Feeder, ArrivalIsTheDueTimeHoweverLate) {
  Notes notes;
  Feeder feeder({}, sources(fake("a", {10ms, 20ms})), notes, at(0ms));
  feeder.step(at(500ms));
  feeder.step(at(500ms));
  EXPECT_THAT(notes.take(), ElementsAre("a#0@10 for 3", "a#1@20 for 3"));
}

TEST(Feeder, AnnouncesPeriodicSources) {
  Notes notes;
  Feeder feeder({}, sources(fake("a", {10ms, 20ms, 30ms}, 10ms), fake("b", {15ms})), notes,
                at(0ms));
  EXPECT_THAT(notes.take(), ElementsAre("announce 3 10"));
  feeder.step(at(10ms));
  EXPECT_THAT(notes.take(), ElementsAre("a#0@10 for 3", "announce 3 20"));
  run_to_end(feeder);
  EXPECT_THAT(notes.take(), ElementsAre("b#0@15 for 5", "a#1@20 for 3", "announce 3 30",
                                        "a#2@30 for 3", "announce 3 never"));
}

TEST(Feeder, AnnouncesWhatIsExpectedNotTheJitter) {
  Notes notes;
  auto jittery = fake("a", {13ms, 24ms}, 10ms);
  jittery->early = 4ms;
  Feeder feeder({}, sources(std::move(jittery)), notes, at(0ms));
  EXPECT_EQ(feeder.next_due(), at(13ms));
  run_to_end(feeder);
  EXPECT_THAT(notes.take(), ElementsAre("announce 3 9", "a#0@13 for 3", "announce 3 20",
                                        "a#1@24 for 3", "announce 3 never"));
}

TEST(Feeder, AFrameThatTheSourceCannotMakeIsLostAlone) {
  Notes notes;
  auto a = fake("a", {10ms, 20ms, 30ms}, 10ms);
  a->bad = 1;
  Feeder feeder({}, sources(std::move(a)), notes, at(0ms));
  run_to_end(feeder);
  EXPECT_THAT(notes.take(), ElementsAre("announce 3 10", "a#0@10 for 3", "announce 3 20",
                                        "lost 3@20: a is corrupt", "announce 3 30", "a#2@30 for 3",
                                        "announce 3 never"));
  EXPECT_EQ(feeder.counts().at(0).submitted, 2u);
  EXPECT_EQ(feeder.counts().at(0).failed, 1u);
}

TEST(Feeder, AFrameThatTheConsumerRefusesIsLostAlone) {
  Notes notes;
  notes.refuse = "a#0";
  Feeder feeder({}, sources(fake("a", {10ms, 20ms})), notes, at(0ms));
  run_to_end(feeder);
  EXPECT_THAT(notes.take(), ElementsAre("lost 3@10: a#0: wrong shape", "a#1@20 for 3"));
  EXPECT_EQ(feeder.counts().at(0).submitted, 1u);
  EXPECT_EQ(feeder.counts().at(0).refused, 1u);
}

TEST(Feeder, ASourceMayTurnOutToHaveEnded) {
  Notes notes;
  auto video = fake("v", {10ms, 20ms, 30ms}, 10ms);
  video->surprise = 1;
  Feeder feeder({}, sources(std::move(video), fake("b", {25ms})), notes, at(0ms));
  run_to_end(feeder);
  EXPECT_THAT(notes.take(), ElementsAre("announce 3 10", "v#0@10 for 3", "announce 3 20",
                                        "announce 3 never", "b#0@25 for 5"));
  EXPECT_EQ(feeder.counts().at(0).submitted, 1u);
  EXPECT_EQ(feeder.counts().at(0).failed, 0u);
}

TEST(Feeder, EndsAfterItsDuration) {
  Notes notes;
  FeederOptions options;
  options.duration = 20ms;
  Feeder feeder(options, sources(fake("a", {0ms, 10ms, 20ms, 30ms}, 10ms)), notes, at(5ms));
  run_to_end(feeder);
  EXPECT_THAT(notes.take(), ElementsAre("announce 3 5", "a#0@5 for 3", "announce 3 15",
                                        "a#1@15 for 3", "announce 3 never"));
}

TEST(Feeder, EndsAfterSoManyFramesLostOnesIncluded) {
  Notes notes;
  FeederOptions options;
  options.frames = 3;
  auto a = fake("a", {0ms, 10ms, 20ms, 30ms}, 10ms);
  a->bad = 1;
  Feeder feeder(options, sources(std::move(a), fake("b", {5ms, 15ms})), notes, at(0ms));
  (void)notes.take();
  run_to_end(feeder);
  EXPECT_THAT(notes.take(),
              ElementsAre("a#0@0 for 3", "announce 3 10", "b#0@5 for 5", "lost 3@10: a is corrupt",
                          "announce 3 20", "announce 3 never"));
}

TEST(Feeder, EndTakesAnnouncementsBackOnce) {
  Notes notes;
  Feeder feeder({}, sources(fake("a", {10ms}, 10ms), fake("b", {10ms})), notes, at(0ms));
  (void)notes.take();
  feeder.end();
  feeder.end();
  EXPECT_THAT(notes.take(), ElementsAre("announce 3 never"));
  EXPECT_EQ(feeder.next_due(), base::kNever);
  feeder.step(at(1h));
  EXPECT_THAT(notes.take(), IsEmpty());
}

TEST(Feeder, HasEndedWithoutSources) {
  Notes notes;
  const Feeder feeder({}, {}, notes, at(0ms));
  EXPECT_EQ(feeder.next_due(), base::kNever);
}

}  // namespace
}  // namespace sluice::pipeline
