#include "telemetry/journal.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/manual_clock.hpp"
#include "telemetry/journal_reader.hpp"
#include "unit/telemetry/telemetry_helpers.hpp"

namespace sluice::telemetry {
namespace {

using schedule::Event;
using schedule::EventKind;
using testing::at;
using ::testing::HasSubstr;
using testing::header_of;
using testing::lines_of;
using testing::read_file;
using testing::TempFolder;
using testing::two_tasks;

/// A small event of the run's clock.
Event arrived(const RunHeader& header, std::uint64_t seq) {
  Event event = testing::event(EventKind::arrived, seq, 0, seq, 0);
  event.time = header.started + base::Duration(static_cast<std::int64_t>(seq) * 1000);
  event.arrival = event.time;
  event.deadline = event.time + testing::kMs;
  return event;
}

TEST(Journal, BeginsWithAHeaderThatDescribesTheRun) {
  TempFolder folder;
  const RunHeader header = header_of(two_tasks());
  auto journal = Journal::open({folder.path("j")}, header);
  ASSERT_TRUE(journal) << journal.error().message;
  ASSERT_TRUE((*journal)->close());
  const auto lines = lines_of(read_file(folder.path("j")));
  ASSERT_EQ(lines.size(), 1u);
  const auto object = boost::json::parse(lines[0]).as_object();
  EXPECT_EQ(object.at("schema"), "sluice-journal-v1");
  EXPECT_EQ(object.at("ev"), "header");
  EXPECT_EQ(object.at("run"), "test run");
  EXPECT_EQ(object.at("software"), "sluice test");
  EXPECT_EQ(object.at("wall"), "2026-01-01T10:00:00.000000Z");
  EXPECT_EQ(object.at("monotonic_ns"), std::int64_t{3} * 3600 * 1'000'000'000);
  const auto& detector = object.at("scheduler").at("tasks").at(0);
  EXPECT_EQ(detector.at("name"), "detector");
  EXPECT_EQ(detector.at("model"), "det");
  EXPECT_EQ(detector.at("latency_budget_ns"), 80'000'000);
}

TEST(Journal, WritesOneReadableLinePerEvent) {
  TempFolder folder;
  const RunHeader header = header_of(two_tasks());
  auto journal = Journal::open({folder.path("j")}, header);
  ASSERT_TRUE(journal);
  Event event = arrived(header, 1);
  event.kind = EventKind::dropped;
  event.time = header.started + 1500 * testing::kMs;
  event.reason = schedule::DropReason::shed;
  event.other_task = 1;
  event.other_request = 9;
  (*journal)->on_event(event);
  ASSERT_TRUE((*journal)->close());
  const auto lines = lines_of(read_file(folder.path("j")));
  ASSERT_EQ(lines.size(), 2u);
  const auto line = boost::json::parse(lines[1]).as_object();
  EXPECT_EQ(line.at("ev"), "dropped");
  EXPECT_EQ(line.at("t_ns"), 1'500'000'000);
  EXPECT_EQ(line.at("wall"), "2026-01-01T10:00:01.500000Z");
  EXPECT_EQ(line.at("task"), "detector");
  EXPECT_EQ(line.at("reason"), "shed");
  EXPECT_EQ(line.at("other_task"), "classifier");
  EXPECT_EQ(line.at("other_request"), 9);
  EXPECT_FALSE(line.contains("slot"));
  EXPECT_FALSE(line.contains("outcome"));
}

TEST(Journal, KeepsTheOrderOfEventsBeyondItsBufferSize) {
  TempFolder folder;
  const RunHeader header = header_of(two_tasks());
  auto journal = Journal::open({folder.path("j"), 0, 0, 1u << 15}, header);
  ASSERT_TRUE(journal);
  constexpr std::uint64_t kEvents = 20'000;
  for (std::uint64_t seq = 1; seq <= kEvents; ++seq) {
    (*journal)->on_event(arrived(header, seq));
  }
  ASSERT_TRUE((*journal)->close());
  const auto content = load_journal(folder.path("j"));
  ASSERT_TRUE(content) << content.error().message;
  ASSERT_EQ(content->events.size(), kEvents);
  EXPECT_EQ(content->events.back(), arrived(header, kEvents));
}

TEST(Journal, KeepsNotesAndResourceSamples) {
  TempFolder folder;
  const RunHeader header = header_of(two_tasks());
  auto journal = Journal::open({folder.path("j")}, header);
  ASSERT_TRUE(journal);
  ResourceSample sample;
  sample.time = header.started + testing::kMs;
  sample.cpu = 0.25;
  sample.memory_used_bytes = 3e9;
  sample.memory_total_bytes = 8e9;
  sample.process_rss_bytes = 7e7;
  sample.process_cpu = 1.5;
  sample.temperature_c = 61.5;
  sample.power_w = 9.25;
  sample.gpu = 0.75;
  sample.throttled = true;
  (*journal)->on_resource(sample);
  (*journal)->on_note(header.started, "source \"cam\" failed\nbadly");
  (*journal)->on_note(header.started, std::string(5000, 'x'));
  ASSERT_TRUE((*journal)->close());
  const auto content = load_journal(folder.path("j"));
  ASSERT_TRUE(content) << content.error().message;
  ASSERT_EQ(content->resources.size(), 1u);
  const ResourceSample& read = content->resources[0];
  EXPECT_EQ(read.time, sample.time);
  EXPECT_EQ(read.cpu, 0.25);
  EXPECT_EQ(read.memory_used_bytes, 3e9);
  EXPECT_EQ(read.memory_total_bytes, 8e9);
  EXPECT_EQ(read.process_rss_bytes, 7e7);
  EXPECT_EQ(read.process_cpu, 1.5);
  EXPECT_EQ(read.temperature_c, 61.5);
  EXPECT_EQ(read.power_w, 9.25);
  EXPECT_EQ(read.gpu, 0.75);
  EXPECT_TRUE(read.throttled);
  ASSERT_EQ(content->notes.size(), 2u);
  EXPECT_EQ(content->notes[0].text, "source \"cam\" failed\nbadly");
  EXPECT_EQ(content->notes[1].text, std::string(1000, 'x'));
}

TEST(Journal, WithoutAPathKeepsNothingAndIsFine) {
  auto journal = Journal::open({}, header_of(two_tasks()));
  ASSERT_TRUE(journal);
  (*journal)->on_event(arrived(header_of(two_tasks()), 1));
  EXPECT_EQ((*journal)->lost(), 0u);
  EXPECT_TRUE((*journal)->close());
}

TEST(Journal, CountsWhatComesAfterCloseAsLost) {
  TempFolder folder;
  const RunHeader header = header_of(two_tasks());
  auto journal = Journal::open({folder.path("j")}, header);
  ASSERT_TRUE(journal);
  ASSERT_TRUE((*journal)->close());
  (*journal)->on_event(arrived(header, 1));
  EXPECT_EQ((*journal)->lost(), 1u);
  EXPECT_FALSE((*journal)->close());
}

TEST(JournalOpen, SaysWhyAPathCannotBeWritten) {
  TempFolder folder;
  const auto missing = Journal::open({folder.path("no/such/j")}, header_of(two_tasks()));
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("no/such/j"));
  EXPECT_THAT(missing.error().message, HasSubstr("No such file or directory"));
  EXPECT_EQ(missing.error().code, base::ErrorCode::io);

  const auto full = Journal::open({"/dev/full"}, header_of(two_tasks()));
  ASSERT_FALSE(full);
  EXPECT_THAT(full.error().message, HasSubstr("/dev/full"));
  EXPECT_THAT(full.error().message, HasSubstr("No space left"));
}

TEST(JournalOpen, MovesAnOlderJournalOutOfTheWay) {
  TempFolder folder;
  const std::string path = folder.path("j");
  testing::write_file(path, "first\n");
  testing::write_file(path + ".1", "zeroth\n");
  auto journal = Journal::open({path}, header_of(two_tasks()));
  ASSERT_TRUE(journal) << journal.error().message;
  EXPECT_EQ(read_file(path + ".1"), "first\n");
  EXPECT_EQ(read_file(path + ".2"), "zeroth\n");
}

TEST(JournalOpen, DoesNotOverwriteWhatItMayNotKeep) {
  TempFolder folder;
  testing::write_file(folder.path("j"), "first\n");
  JournalOptions options{folder.path("j")};
  options.keep_files = 0;
  const auto journal = Journal::open(options, header_of(two_tasks()));
  ASSERT_FALSE(journal);
  EXPECT_THAT(journal.error().message, HasSubstr("keep_files"));
  EXPECT_EQ(read_file(folder.path("j")), "first\n");
}

TEST(RunHeader, TakesItsStartFromTheClock) {
  base::ManualClock clock;
  clock.set(at(1234));
  const RunHeader header = make_run_header("x", two_tasks(), clock, "sluice 9");
  EXPECT_EQ(header.started, at(1234));
  EXPECT_GT(header.wall_started_ns, 1'700'000'000'000'000'000);
}

}  // namespace
}  // namespace sluice::telemetry
