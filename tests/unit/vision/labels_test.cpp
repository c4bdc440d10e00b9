#include "vision/labels.hpp"

#include <cstdio>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::vision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

std::vector<std::string> parsed(std::string_view text) {
  const auto labels = parse_labels(text, "names.txt");
  EXPECT_TRUE(labels) << labels.error().message;
  return labels.value_or(std::vector<std::string>{});
}

std::string parse_error(std::string_view text) {
  const auto labels = parse_labels(text, "names.txt");
  return labels ? "accepted" : labels.error().message;
}

TEST(Labels, AreOneALine) {
  EXPECT_THAT(parsed("cat\ndog\n"), ElementsAre("cat", "dog"));
  EXPECT_THAT(parsed("cat\r\ndog"), ElementsAre("cat", "dog"));
  EXPECT_THAT(parsed("\xEF\xBB\xBF"
                     "cat\ndog\n\n\r\n"),
              ElementsAre("cat", "dog"));
  EXPECT_THAT(parsed("crane\ntraffic light\ncrane\n"),
              ElementsAre("crane", "traffic light", "crane"));
}

TEST(Labels, HaveNoBlanksAround) {
  EXPECT_THAT(parsed("  cat \n\tdog\t\r\n"), ElementsAre("cat", "dog"));
}

// In the files of keys for reading text.
TEST(Labels, MayBeASpace) {
  EXPECT_THAT(parsed("a\n \n\xE3\x80\x80\n"), ElementsAre("a", " ", "\xE3\x80\x80"));
}

TEST(Labels, NameTheLineThatIsWrong) {
  EXPECT_THAT(parse_error("cat\n\n\ndog\n"), StartsWith("names.txt:2: is empty"));
  EXPECT_THAT(parse_error("\ncat\n"), StartsWith("names.txt:1: is empty"));
  EXPECT_THAT(parse_error(std::string_view("cat\nd\0g\n", 8)),
              StartsWith("names.txt:2: has a control character"));
  EXPECT_THAT(parse_error(""), StartsWith("names.txt: has no labels"));
  EXPECT_THAT(parse_error("\n\n"), StartsWith("names.txt: has no labels"));
}

TEST(Labels, ComeFromAFile) {
  const std::string path = testing::TempDir() + "labels_test_names.txt";
  std::ofstream(path) << "cat\ndog\n";
  EXPECT_THAT(read_labels(path).value(), ElementsAre("cat", "dog"));
  std::ofstream(path) << std::string(kMaxLabelsBytes + 1, 'x');
  EXPECT_THAT(read_labels(path).error().message, HasSubstr("labels_test_names.txt: has more than"));
  std::remove(path.c_str());
  const auto missing = read_labels(path);
  EXPECT_EQ(missing.error().code, base::ErrorCode::io);
  EXPECT_EQ(missing.error().message, path + ": cannot be read: No such file or directory");
  EXPECT_EQ(read_labels(testing::TempDir()).error().code, base::ErrorCode::io);
}

}  // namespace
}  // namespace sluice::vision
