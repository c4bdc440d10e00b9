#include "monitor/tegrastats_reader.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include "machine.hpp"

namespace sluice::monitor {
namespace {

using testing::HasSubstr;

base::Time at(int seconds) {
  return base::Time(std::chrono::seconds(seconds));
}

std::string line(int used) {
  return "RAM " + std::to_string(used) + "/100MB CPU [1%@100]\n";
}

int used(const TegrastatsReader& reader) {
  return reader.latest() ? static_cast<int>(reader.latest()->ram->used_bytes >> 20) : -1;
}

TEST(TegrastatsReader, FollowsALogThatGrows) {
  const Machine machine;
  machine.write("log", line(1) + line(2) + "RAM 3/10");
  auto reader = TegrastatsReader::open_log(machine.root() + "/log");
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ(used(**reader), -1);
  (*reader)->poll(at(1));
  EXPECT_EQ(used(**reader), 2);  // the third line is not complete yet
  EXPECT_EQ((*reader)->latest_time(), at(1));

  std::ofstream(machine.root() + "/log", std::ios::app) << "0MB\n";
  (*reader)->poll(at(2));
  EXPECT_EQ(used(**reader), 3);
  (*reader)->poll(at(3));
  EXPECT_EQ((*reader)->latest_time(), at(2));
  EXPECT_FALSE((*reader)->ended());
}

TEST(TegrastatsReader, SkipsAndCountsOtherLines) {
  const Machine machine;
  machine.write("log", "starting\n\n" + line(1) + std::string(200'000, 'x') + "\n" + line(2));
  auto reader = TegrastatsReader::open_log(machine.root() + "/log");
  ASSERT_TRUE(reader);
  (*reader)->poll(at(1));
  EXPECT_EQ(used(**reader), 2);
  EXPECT_EQ((*reader)->skipped(), 2u);
}

TEST(TegrastatsReader, NamesALogThatIsMissing) {
  const auto reader = TegrastatsReader::open_log("no/such/log");
  ASSERT_FALSE(reader);
  EXPECT_THAT(reader.error().message, HasSubstr("no/such/log"));
  EXPECT_FALSE(read_tegrastats_log("no/such/log", nullptr));
}

void wait_for_output(const TegrastatsReader& reader) {
  pollfd wait{reader.descriptor(), POLLIN, 0};
  ASSERT_EQ(::poll(&wait, 1, 30'000), 1);
}

TEST(TegrastatsReader, ReadsTheLiveCommandUntilItEnds) {
  auto reader = TegrastatsReader::start({"sh", "-c", "echo 'RAM 7/100MB CPU [1%@100]'"});
  ASSERT_TRUE(reader) << reader.error().message;
  while (!(*reader)->ended()) {
    wait_for_output(**reader);
    (*reader)->poll(at(1));
  }
  EXPECT_EQ(used(**reader), 7);
  (*reader)->poll(at(2));
  EXPECT_EQ((*reader)->latest_time(), at(1));
}

// The command would run for ever; with a child of its own, as behind sudo.
TEST(TegrastatsReader, EndsTheLiveCommand) {
  auto reader = TegrastatsReader::start(
      {"sh", "-c", "echo 'RAM 8/100MB CPU [1%@100]'; sleep 1000; echo never"});
  ASSERT_TRUE(reader) << reader.error().message;
  wait_for_output(**reader);
  (*reader)->poll(at(1));
  EXPECT_EQ(used(**reader), 8);
  EXPECT_FALSE((*reader)->ended());
  reader->reset();  // returns, and leaves no child behind
}

TEST(TegrastatsReader, NamesACommandThatIsMissing) {
  const auto reader = TegrastatsReader::start({"no-such-tegrastats"});
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, base::ErrorCode::unavailable);
  EXPECT_THAT(reader.error().message, HasSubstr("no-such-tegrastats"));
  EXPECT_FALSE(TegrastatsReader::start({}));
}

}  // namespace
}  // namespace sluice::monitor
