// Rotation, and what happens when the disk does not play along.
#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "telemetry/journal_file.hpp"
#include "telemetry/journal_reader.hpp"
#include "unit/telemetry/telemetry_helpers.hpp"

namespace sluice::telemetry {
namespace {

using schedule::Event;
using schedule::EventKind;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::header_of;
using testing::read_file;
using ::testing::StartsWith;
using testing::TempFolder;
using testing::two_tasks;

Event event_of(const RunHeader& header, std::uint64_t seq) {
  Event event = testing::event(EventKind::arrived, seq, 0, seq, 0);
  event.time = header.started + base::Duration(static_cast<std::int64_t>(seq));
  event.arrival = event.time;
  event.deadline = event.time;
  return event;
}

base::Result<std::unique_ptr<JournalFile>> open_file(const std::string& path, std::uint64_t rotate,
                                                     std::uint32_t keep) {
  return JournalFile::open({path, rotate, keep},
                           [](std::uint32_t part) { return fmt::format("part {}\n", part); });
}

TEST(JournalFile, StartsEveryFileWithItsHeaderAndKeepsTheNewest) {
  TempFolder folder;
  const std::string path = folder.path("j");
  auto file = open_file(path, 20, 2);
  ASSERT_TRUE(file) << file.error().message;
  for (const char* line : {"aaaaaaaaa\n", "bbbbbbbbb\n", "ccccccccc\n", "ddddddddd\n"}) {
    EXPECT_EQ((*file)->write(line), 10u);
  }
  EXPECT_EQ(read_file(path), "part 4\nddddddddd\n");
  EXPECT_EQ(read_file(path + ".1"), "part 3\nccccccccc\n");
  EXPECT_EQ(read_file(path + ".2"), "part 2\nbbbbbbbbb\n");
  EXPECT_FALSE(std::filesystem::exists(path + ".3"));
}

TEST(JournalFile, WritesALineThatIsLargerThanAFile) {
  TempFolder folder;
  auto file = open_file(folder.path("j"), 8, 1);
  ASSERT_TRUE(file);
  EXPECT_EQ((*file)->write("a long line\n"), 12u);
  EXPECT_EQ(read_file(folder.path("j")), "part 1\na long line\n");
}

TEST(JournalFile, GoesOnInTheOldFileWhenItCannotRotate) {
  TempFolder folder;
  const std::string path = folder.path("j");
  auto file = open_file(path, 20, 1);
  ASSERT_TRUE(file);
  // A folder with content cannot be replaced by a file, not even by root.
  std::filesystem::create_directories(path + ".1/in the way");
  EXPECT_EQ((*file)->write("aaaaaaaaa\n"), 10u);
  EXPECT_EQ((*file)->write("bbbbbbbbb\n"), 10u);
  EXPECT_EQ(read_file(path), "part 1\naaaaaaaaa\nbbbbbbbbb\n");
  EXPECT_THAT((*file)->error(), HasSubstr("cannot move"));
  std::filesystem::remove_all(path + ".1");
  EXPECT_EQ((*file)->write("ccccccccc\n"), 10u);
  EXPECT_EQ(read_file(path), "part 2\nccccccccc\n");
}

TEST(JournalFile, IsTakenOverByTheNextOneOfTheProcess) {
  TempFolder folder;
  const std::string path = folder.path("j");
  auto before = open_file(path, 20, 2);
  ASSERT_TRUE(before);
  EXPECT_EQ((*before)->write("aaaaaaaaa\n"), 10u);
  auto after = open_file(path, 20, 2);
  ASSERT_TRUE(after);
  EXPECT_EQ((*after)->write("bbbbbbbbb\n"), 10u);
  EXPECT_EQ((*before)->write("ccccccccc\n"), 10u);  // too much for its file, but not its path
  EXPECT_EQ(read_file(path), "part 1\nbbbbbbbbb\n");
  EXPECT_EQ(read_file(path + ".1"), "part 1\naaaaaaaaa\nccccccccc\n");
  EXPECT_EQ((*after)->write("ddddddddd\n"), 10u);
  EXPECT_EQ(read_file(path), "part 2\nddddddddd\n");
  EXPECT_EQ(read_file(path + ".2"), "part 1\naaaaaaaaa\nccccccccc\n");
}

TEST(JournalFile, WithoutKeptFilesTheNextOneOfTheProcessReplacesIt) {
  TempFolder folder;
  const std::string path = folder.path("j");
  {
    auto before = open_file(path, 20, 0);
    ASSERT_TRUE(before);
    EXPECT_EQ((*before)->write("aaaaaaaaa\n"), 10u);
    auto after = open_file(path, 20, 0);
    ASSERT_TRUE(after) << after.error().message;
    EXPECT_EQ((*before)->write("bbbbbbbbb\n"), 10u);
    EXPECT_EQ((*after)->write("ccccccccc\n"), 10u);
    EXPECT_EQ(read_file(path), "part 1\nccccccccc\n");
  }
  // What is left of a process that has ended is another matter.
  EXPECT_FALSE(open_file(path, 20, 0));
}

TEST(JournalRotation, GivesASetThatReadsAsOneRun) {
  TempFolder folder;
  const RunHeader header = header_of(two_tasks());
  JournalOptions options{folder.path("j"), 16'384, 1000, 1u << 14};
  auto journal = Journal::open(options, header);
  ASSERT_TRUE(journal);
  constexpr std::uint64_t kEvents = 2000;
  for (std::uint64_t seq = 1; seq <= kEvents; ++seq) {
    (*journal)->on_event(event_of(header, seq));
  }
  ASSERT_TRUE((*journal)->close());
  EXPECT_LE(std::filesystem::file_size(folder.path("j.1")), 16'384u + 4096u);
  const auto content = load_journal(folder.path("j"));
  ASSERT_TRUE(content) << content.error().message;
  EXPECT_GT(content->info.parts, 5u);
  EXPECT_EQ(content->info.first_part, 1u);
  EXPECT_EQ(content->events.size(), kEvents);
}

/// The size to which this process may let files grow, for the life of the object.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(::rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    ::rlimit limit = before_;
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  ::rlimit before_{};
};

/// Pushes events until the journal has lost some. The writer works at its own pace, so this waits
/// for its count, not for a time.
std::uint64_t push_until_lost(Journal& journal, const RunHeader& header, std::uint64_t seq) {
  while (journal.lost() == 0) {
    journal.on_event(event_of(header, ++seq));
    std::this_thread::yield();
  }
  return seq;
}

TEST(JournalLoss, OfAFullDiskIsCountedAndToldWhenItCanWriteAgain) {
  TempFolder folder;
  const RunHeader header = header_of(two_tasks());
  auto journal = Journal::open({folder.path("j"), 0, 0, 1u << 14}, header);
  ASSERT_TRUE(journal);
  std::uint64_t seq = 0;
  {
    const FileSizeLimit limit(20'000);
    seq = push_until_lost(**journal, header, 0);
  }
  (*journal)->on_event(event_of(header, ++seq));
  const auto closed = (*journal)->close();
  ASSERT_FALSE(closed);
  EXPECT_THAT(closed.error().message, HasSubstr("could not be written: File too large"));

  const auto content = load_journal(folder.path("j"));
  ASSERT_TRUE(content) << content.error().message;  // no half lines
  EXPECT_FALSE(content->info.truncated);
  ASSERT_FALSE(content->losses.empty());
  std::uint64_t told = 0;
  for (const Loss& loss : content->losses) {
    told += loss.lines;
    EXPECT_THAT(loss.why, HasSubstr("File too large"));
  }
  EXPECT_EQ(told, (*journal)->lost());
  EXPECT_EQ(content->events.size() + told, seq);
}

/// A pipe that nobody reads: its writer blocks, as on a disk that hangs.
class StuckPipe {
 public:
  explicit StuckPipe(const std::string& path) {
    EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
    fd_ = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    EXPECT_GE(fd_, 0);
  }
  ~StuckPipe() { ::close(fd_); }
  StuckPipe(const StuckPipe&) = delete;
  StuckPipe& operator=(const StuckPipe&) = delete;
  /// Reads what there is until the writer has closed its end.
  std::string drain() {
    ::fcntl(fd_, F_SETFL, 0);
    std::string all;
    char buffer[4096];
    for (;;) {
      const ::ssize_t n = ::read(fd_, buffer, sizeof buffer);
      if (n <= 0) {
        return all;
      }
      all.append(buffer, static_cast<std::size_t>(n));
    }
  }

 private:
  int fd_ = -1;
};

TEST(JournalLoss, OfAFullBufferNeverBlocksAndIsTold) {
  TempFolder folder;
  const RunHeader header = header_of(two_tasks());
  StuckPipe pipe(folder.path("j"));
  auto journal = Journal::open({folder.path("j"), 0, 0, 64}, header);
  ASSERT_TRUE(journal) << journal.error().message;
  // The pipe holds 64 KiB; then the writer hangs, and this loop must still come to its end.
  std::uint64_t seq = push_until_lost(**journal, header, 0);
  std::string text;
  std::thread reader([&] { text = pipe.drain(); });
  const auto closed = (*journal)->close();
  const std::uint64_t lost = (*journal)->lost();
  journal->reset();
  reader.join();
  ASSERT_FALSE(closed);
  EXPECT_THAT(closed.error().message, HasSubstr("did not fit the buffer"));
  EXPECT_THAT(text, HasSubstr("\"ev\":\"lost\""));
  EXPECT_THAT(text, HasSubstr("the buffer was full"));
  EXPECT_THAT(text, EndsWith("\n"));

  class Counter final : public JournalVisitor {
   public:
    void on_event(const Event&) override { ++events; }
    void on_loss(const Loss& loss) override { lines += loss.lines; }
    std::uint64_t events = 0;
    std::uint64_t lines = 0;
  } counter;
  const auto info = read_journal_text(text, "pipe", counter);
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(counter.lines, lost);
  EXPECT_EQ(counter.events + lost, seq);
}

TEST(JournalLoss, OfABrokenPipeDoesNotEndTheProcess) {
  TempFolder folder;
  const RunHeader header = header_of(two_tasks());
  auto pipe = std::make_unique<StuckPipe>(folder.path("j"));
  auto journal = Journal::open({folder.path("j"), 0, 0, 64}, header);
  ASSERT_TRUE(journal);
  pipe.reset();
  push_until_lost(**journal, header, 0);
  const auto closed = (*journal)->close();
  ASSERT_FALSE(closed);
  EXPECT_THAT(closed.error().message, HasSubstr("lines were lost"));
}

}  // namespace
}  // namespace sluice::telemetry
