#include "simulate/trace.hpp"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::simulate {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string error_of(std::string_view text, const std::string& task = "a") {
  const auto times = parse_trace_csv(text, "t.csv", task);
  return times ? std::string("accepted") : times.error().message;
}

TEST(TraceCsv, ReadsTheTasksRows) {
  const auto times = parse_trace_csv(
      "task,time_s,note\na,0.001,x\nb,0.0005,y\n\"a\",0.002,\"x, \"\"y\"\"\"\na , 0.002 ,\n",
      "t.csv", "a");
  ASSERT_TRUE(times.has_value()) << times.error().message;
  EXPECT_THAT(*times, ElementsAre(milliseconds(1), milliseconds(2), milliseconds(2)));
}

TEST(TraceCsv, WithoutTaskColumnEveryRowCounts) {
  const auto times = parse_trace_csv("time_s\r\n0\r\n1.5\r\n\r\n", "t.csv", "anything");
  ASSERT_TRUE(times.has_value()) << times.error().message;
  EXPECT_THAT(*times, ElementsAre(milliseconds(0), milliseconds(1500)));
}

TEST(TraceCsv, NamesFileAndLineOfWhatIsWrong) {
  EXPECT_THAT(error_of(""), AllOf(StartsWith("t.csv:1: "), HasSubstr("time_s")));
  EXPECT_THAT(error_of("time,task\n1,a\n"), StartsWith("t.csv:1: no column 'time_s'"));
  EXPECT_THAT(error_of("time_s,task\n1,a\n2\n"), StartsWith("t.csv:3: 1 columns"));
  EXPECT_THAT(error_of("time_s,task\n1,a,b\n"), StartsWith("t.csv:2: 3 columns"));
  EXPECT_THAT(error_of("time_s,task\n1,a\n\n2,a\n"), StartsWith("t.csv:3: an empty line"));
  EXPECT_THAT(error_of("time_s,task\n2,a\n1.5,a\n"),
              AllOf(StartsWith("t.csv:3: "), HasSubstr("1.5 is before 2"), HasSubstr("sort")));
  for (const char* bad : {"x", "", "-1", "nan", "inf", "1e300", "1s", "1e10"}) {
    EXPECT_THAT(error_of(std::string("time_s,task\n") + bad + ",a\n"),
                AllOf(StartsWith("t.csv:2: time_s is '"), HasSubstr(bad)))
        << bad;
  }
  EXPECT_THAT(error_of("time_s,task\n1,a\n", "b"), HasSubstr("no rows for task 'b'"));
}

TEST(TraceCsv, BadNumbersOfOtherTasksAreErrorsToo) {
  EXPECT_THAT(error_of("time_s,task\n1,a\nx,b\n"), StartsWith("t.csv:3: "));
}

TEST(TraceCsv, TasksMayBeInterleaved) {
  const auto times = parse_trace_csv("time_s,task\n5,b\n1,a\n6,b\n2,a\n", "t.csv", "a");
  ASSERT_TRUE(times.has_value()) << times.error().message;
  EXPECT_EQ(times->size(), 2u);
}

TEST(TraceCsv, ReadsAFile) {
  const std::string path = ::testing::TempDir() + "trace_test.csv";
  std::ofstream(path) << "time_s\n0.25\n";
  const auto times = read_trace_csv(path, "a");
  ASSERT_TRUE(times.has_value()) << times.error().message;
  EXPECT_THAT(*times, ElementsAre(milliseconds(250)));
  std::filesystem::remove(path);
}

TEST(TraceCsv, UnreadableFilesAreErrors) {
  for (const std::string& path : {std::string("/nonexistent/x.csv"), ::testing::TempDir()}) {
    const auto times = read_trace_csv(path, "a");
    ASSERT_FALSE(times.has_value());
    EXPECT_EQ(times.error().code, base::ErrorCode::io);
    EXPECT_THAT(times.error().message, HasSubstr(path));
  }
}

}  // namespace
}  // namespace sluice::simulate
