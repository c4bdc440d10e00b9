#include "cli/output_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/cli_helpers.hpp"

namespace sluice::cli {
namespace {

using testing::HasSubstr;

TEST(PrepareOutput, MakesFolders) {
  const Folder folder;
  const auto path = folder.path("a/b/out.txt");
  ASSERT_TRUE(prepare_output(path, false));
  ASSERT_TRUE(write_output(path, "hello"));
  EXPECT_EQ(read_file(path), "hello");
}

TEST(PrepareOutput, ReplacesNothingUnasked) {
  const Folder folder;
  const auto path = folder.write("out.txt", "old");
  const auto refused = prepare_output(path, false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::invalid);
  EXPECT_EQ(refused.error().message,
            path + ": exists; give another name, or --force to replace it");
  EXPECT_TRUE(prepare_output(path, true));
  EXPECT_EQ(read_file(path), "old") << "preparing changes nothing";
}

TEST(PrepareOutput, DevicesAreNoFilesToProtect) {
  EXPECT_TRUE(prepare_output("/dev/null", false));
  EXPECT_TRUE(write_output("/dev/null", "x"));
}

TEST(PrepareOutput, SaysWhatIsInTheWay) {
  const Folder folder;
  folder.write("file", "x");
  EXPECT_THAT(prepare_output(folder.path(""), true).error().message, HasSubstr("is a folder"));
  EXPECT_THAT(prepare_output(folder.path("file/out"), false).error().message,
              HasSubstr("its folder cannot be made: Not a directory"));
}

TEST(PrepareOutput, AnEmptyPathIsNoOutput) {
  EXPECT_TRUE(prepare_output("", false));
  EXPECT_TRUE(write_output("", "x"));
}

TEST(WriteOutput, ReportsAFullDisk) {
  const auto written = write_output("/dev/full", std::string(1 << 16, 'x'));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, base::ErrorCode::io);
  EXPECT_EQ(written.error().message, "/dev/full: could not be written: No space left on device");
}

}  // namespace
}  // namespace sluice::cli
