#include "telemetry/journal_reader.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "telemetry/journal_format.hpp"
#include "unit/telemetry/telemetry_helpers.hpp"

namespace sluice::telemetry {
namespace {

using schedule::Event;
using schedule::EventKind;
using ::testing::HasSubstr;
using testing::header_line;
using testing::header_of;
using ::testing::StartsWith;
using testing::TempFolder;
using testing::two_tasks;
using testing::write_file;

std::string event_line(const RunHeader& header, const Event& event) {
  std::string line;
  JournalFormat(header).append(line, event);
  return line;
}

std::string arrived_line(std::uint64_t seq) {
  return fmt::format(
      R"({{"ev":"arrived","t_ns":{},"seq":{},"request":{},"task":"detector","model":"det"}})"
      "\n",
      seq * 10, seq, seq);
}

base::Result<JournalContent> load(const std::string& text) {
  TempFolder folder;
  write_file(folder.path("j"), text);
  auto content = load_journal(folder.path("j"));
  if (!content) {
    std::string& message = content.error().message;
    const auto name = message.find("j:");
    if (message.find(folder.path("j")) == 0) {
      message = message.substr(name);
    }
  }
  return content;
}

const std::string kHeader = header_line(header_of(two_tasks()));

/// Any event, with the fields that its kind has.
Event any_event(std::uint64_t seq, base::Time started) {
  const auto duration = [] {
    return base::Duration(*rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000));
  };
  const auto some = [](std::uint64_t most) { return *rc::gen::inRange<std::uint64_t>(0, most); };
  Event e;
  e.seq = seq;
  e.kind = static_cast<EventKind>(some(14));
  e.time = started + base::Duration(static_cast<std::int64_t>(seq * 1000 + some(1000)));
  e.task = some(3) == 0 ? schedule::kNone : static_cast<schedule::TaskId>(some(2));
  e.model = some(3) == 0 ? schedule::kNone : static_cast<schedule::ModelId>(some(2));
  e.slot = some(3) == 0 ? schedule::kNone : static_cast<schedule::SlotId>(some(4));
  e.batch = some(3) == 0 && e.kind != EventKind::batch_finished ? 0 : seq;
  e.batch_size = static_cast<std::uint32_t>(some(9));
  e.request = some(1000);
  if (e.request != 0) {
    e.priority = *rc::gen::arbitrary<std::int32_t>();
    e.arrival = started - duration();
    e.deadline = some(4) == 0 ? base::kNever : started + duration();
  }
  if (e.kind == EventKind::deferred || e.kind == EventKind::waited) {
    e.until = some(4) == 0 ? base::kNever : started + duration();
  }
  if (e.kind == EventKind::dropped || e.kind == EventKind::deferred ||
      e.kind == EventKind::degraded) {
    e.reason = static_cast<schedule::DropReason>(some(schedule::kDropReasons));
  }
  if (e.kind == EventKind::finished) {
    e.outcome = static_cast<schedule::Outcome>(some(4));
  }
  e.other_task = some(2) == 0 ? schedule::kNone : static_cast<schedule::TaskId>(some(2));
  e.other_request = some(50);
  e.numbers.service = duration();
  e.numbers.predicted_finish = some(2) == 0 ? base::Time{} : started + duration();
  e.numbers.backlog = duration();
  e.numbers.queued = static_cast<std::uint32_t>(some(100));
  e.numbers.task_queued = static_cast<std::uint32_t>(some(100));
  // Boost.JSON before 1.83 may be off by a unit in the last place, so exact binary fractions.
  e.numbers.density = static_cast<double>(some(1000)) / 8.0;
  return e;
}

RC_GTEST_PROP(JournalReader, GivesBackEveryEventThatWasWritten, ()) {
  const RunHeader header = header_of(two_tasks());
  std::vector<Event> events;
  std::string text = header_line(header);
  for (std::uint64_t seq = 1; seq <= 8; ++seq) {
    events.push_back(any_event(seq, header.started));
    text += event_line(header, events.back());
  }
  class Check final : public JournalVisitor {
   public:
    void on_event(const Event& event) override { events.push_back(event); }
    std::vector<Event> events;
  } check;
  const auto info = read_journal_text(text, "text", check);
  if (!info) {
    RC_FAIL(info.error().message);
  }
  RC_ASSERT(check.events == events);
}

TEST(JournalReader, PassesOverAnIncompleteLastLine) {
  const auto content = load(kHeader + arrived_line(1) + R"({"ev":"arrived","t_ns":2)");
  ASSERT_TRUE(content) << content.error().message;
  EXPECT_TRUE(content->info.truncated);
  EXPECT_EQ(content->events.size(), 1u);
}

TEST(JournalReader, TakesALastLineWithoutItsNewline) {
  std::string last = arrived_line(2);
  last.pop_back();
  const auto content = load(kHeader + arrived_line(1) + last);
  ASSERT_TRUE(content) << content.error().message;
  EXPECT_FALSE(content->info.truncated);
  EXPECT_EQ(content->events.size(), 2u);
}

TEST(JournalReader, IgnoresKindsAndFieldsOfTheFuture) {
  const auto content =
      load(kHeader +
           R"({"ev":"teleported","t_ns":1,"request":{"deep":[1,2]}})"
           "\n" +
           R"({"ev":"arrived","t_ns":5,"seq":3,"request":1,"task":"detector","mood":"good"})"
           "\n");
  ASSERT_TRUE(content) << content.error().message;
  ASSERT_EQ(content->events.size(), 1u);
  EXPECT_EQ(content->events[0].seq, 3u);
}

TEST(JournalReader, AcceptsGapsWhereLinesWereLost) {
  const auto content =
      load(kHeader + arrived_line(1) +
           R"({"ev":"lost","t_ns":10,"lines":7,"total":7,"why":"No space left on device"})"
           "\n" +
           arrived_line(9));
  ASSERT_TRUE(content) << content.error().message;
  EXPECT_EQ(content->events.size(), 2u);
  ASSERT_EQ(content->losses.size(), 1u);
  EXPECT_EQ(content->losses[0].lines, 7u);
  EXPECT_EQ(content->losses[0].why, "No space left on device");
}

struct BadJournal {
  const char* name;
  std::string text;
  const char* message;
};

class JournalReaderErrors : public ::testing::TestWithParam<BadJournal> {};

TEST_P(JournalReaderErrors, NameFileAndLine) {
  const auto content = load(GetParam().text);
  ASSERT_FALSE(content);
  EXPECT_THAT(content.error().message, HasSubstr(GetParam().message));
}

std::string with_line(const std::string& line) {
  return kHeader + arrived_line(1) + line + "\n" + arrived_line(3);
}

INSTANTIATE_TEST_SUITE_P(
    All, JournalReaderErrors,
    ::testing::Values(
        BadJournal{"empty", "", "is empty: not a journal"},
        BadJournal{"image", "\x89PNG\r\n", "j:1: not a journal: the first line is not valid JSON"},
        BadJournal{"other", "{\"a\":1}\n", "j:1: not a journal: the first line has no \"schema\""},
        BadJournal{"array", "[1]\n", "j:1: not a journal: the first line is must be"},
        BadJournal{"future", "{\"schema\":\"sluice-journal-v9\"}\n",
                   "its schema is 'sluice-journal-v9'"},
        BadJournal{"headless", "{\"schema\":\"sluice-journal-v1\"}\n",
                   "scheduler: must be an object"},
        BadJournal{"policy",
                   "{\"schema\":\"sluice-journal-v1\",\"scheduler\":{\"policy\":\"x\"}}\n",
                   "j:1: scheduler: policy: unknown value 'x'"},
        BadJournal{"damaged", with_line("{\"ev\":\"arr"), "j:3: not valid JSON"},
        BadJournal{"blank", with_line(""), "j:3: not valid JSON"},
        BadJournal{"scalar", with_line("17"), "j:3: must be a JSON object"},
        BadJournal{"kindless", with_line("{}"), "j:3: ev: is missing"},
        BadJournal{"timeless", with_line(R"({"ev":"arrived","seq":2})"), "j:3: t_ns: is missing"},
        BadJournal{"type", with_line(R"({"ev":"arrived","t_ns":"now","seq":2})"),
                   "j:3: t_ns: must be an integer"},
        BadJournal{"far", with_line(R"({"ev":"arrived","t_ns":9000000000000000000,"seq":2})"),
                   "j:3: t_ns: must be an integer from"},
        BadJournal{"task", with_line(R"({"ev":"arrived","t_ns":1,"seq":2,"task":"nobody"})"),
                   "j:3: task: 'nobody' is not in the header"},
        BadJournal{"reason", with_line(R"({"ev":"dropped","t_ns":1,"seq":2,"reason":"bored"})"),
                   "j:3: reason: unknown value 'bored'"},
        BadJournal{"order", with_line(R"({"ev":"arrived","t_ns":1,"seq":1})"),
                   "j:3: seq: 1 after 1: lines are out of order"},
        BadJournal{"back", with_line(R"({"ev":"arrived","t_ns":9,"seq":2})"),
                   "j:3: t_ns: is before the event in front of it"},
        BadJournal{"twice",
                   with_line(R"({"ev":"batch_finished","t_ns":11,"seq":2,"slot":0,"batch":4})"
                             "\n"
                             R"({"ev":"batch_finished","t_ns":12,"seq":3,"slot":0,"batch":4})"),
                   "j:4: batch: 4 ended twice on slot 0"},
        BadJournal{"negative", with_line(R"({"ev":"arrived","t_ns":1,"seq":2,"request":-1})"),
                   "j:3: request: must be an integer from 0"},
        BadJournal{"joined", with_line(R"({"ev":"header","schema":"sluice-journal-v1"})"),
                   "j:3: ev: a second header"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(JournalReader, SaysWhatIsWrongWithThePath) {
  TempFolder folder;
  const auto missing = load_journal(folder.path("none"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, base::ErrorCode::not_found);
  EXPECT_THAT(missing.error().message, HasSubstr("No such file"));
  std::filesystem::create_directory(folder.path("d"));
  const auto directory = load_journal(folder.path("d"));
  ASSERT_FALSE(directory);
  EXPECT_THAT(directory.error().message, HasSubstr("is a folder"));
}

std::string part(const RunHeader& header, std::uint32_t number, std::uint64_t first_seq) {
  return JournalFormat(header).header_line(number) + arrived_line(first_seq) +
         arrived_line(first_seq + 1);
}

TEST(JournalReader, ReadsRotatedPartsOldestFirst) {
  TempFolder folder;
  const RunHeader header = header_of(two_tasks());
  write_file(folder.path("j"), part(header, 3, 5));
  write_file(folder.path("j.1"), part(header, 2, 3));
  write_file(folder.path("j.2"), part(header, 1, 1));
  const auto content = load_journal(folder.path("j"));
  ASSERT_TRUE(content) << content.error().message;
  EXPECT_EQ(content->info.first_part, 1u);
  EXPECT_EQ(content->info.parts, 3u);
  ASSERT_EQ(content->events.size(), 6u);
  EXPECT_EQ(content->events.front().seq, 1u);
}

TEST(JournalReader, LeavesOutPartsOfAnotherRun) {
  TempFolder folder;
  const RunHeader header = header_of(two_tasks());
  RunHeader earlier = header;
  earlier.wall_started_ns -= 1;
  write_file(folder.path("j"), part(header, 1, 1));
  write_file(folder.path("j.1"), part(earlier, 1, 1));
  auto content = load_journal(folder.path("j"));
  ASSERT_TRUE(content) << content.error().message;
  EXPECT_EQ(content->events.size(), 2u);

  // The beginning was rotated away and something else took its place.
  write_file(folder.path("j"), part(header, 3, 7));
  write_file(folder.path("j.1"), part(header, 2, 5));
  write_file(folder.path("j.2"), part(earlier, 1, 1));
  content = load_journal(folder.path("j"));
  ASSERT_TRUE(content) << content.error().message;
  EXPECT_EQ(content->info.first_part, 2u);
  EXPECT_EQ(content->events.size(), 4u);
}

TEST(JournalReader, NamesTheDamagedPart) {
  TempFolder folder;
  const RunHeader header = header_of(two_tasks());
  write_file(folder.path("j"), part(header, 2, 3));
  write_file(folder.path("j.1"), JournalFormat(header).header_line(1) + "broken\n");
  const auto content = load_journal(folder.path("j"));
  ASSERT_FALSE(content);
  EXPECT_THAT(content.error().message, StartsWith(folder.path("j.1") + ":2: "));
}

}  // namespace
}  // namespace sluice::telemetry
