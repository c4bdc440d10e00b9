#include "action/ndjson_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/action/action_folder.hpp"

namespace sluice::action {
namespace {

using testing::ElementsAre;

TEST(NdjsonFile, AppendsLinesAcrossRestarts) {
  const ActionFolder folder;
  const NdjsonFileOptions options{.path = folder / "new/folder/a.ndjson"};
  {
    NdjsonFile file(options);
    ASSERT_TRUE(file.append("1"));
    ASSERT_TRUE(file.append("2"));
  }
  NdjsonFile file(options);
  ASSERT_TRUE(file.append("3"));
  EXPECT_THAT(lines_of(options.path), ElementsAre("1", "2", "3"));
}

TEST(NdjsonFile, CutsOffWhatACrashLeftOfALine) {
  const ActionFolder folder;
  for (const std::string& torn : {std::string("{\"half"), std::string(10000, 'x')}) {
    for (const std::string whole : {"", "{}\n"}) {
      const NdjsonFileOptions options{.path = folder / "a.ndjson"};
      std::ofstream(options.path) << whole << torn;
      NdjsonFile file(options);
      ASSERT_TRUE(file.append("next"));
      const auto lines = lines_of(options.path);
      EXPECT_EQ(lines.back(), "next");
      EXPECT_EQ(lines.size(), whole.empty() ? 1u : 2u);
    }
  }
}

TEST(NdjsonFile, BeginsANewFileAtTheSize) {
  const ActionFolder folder;
  NdjsonFile file({.path = folder / "a.ndjson", .max_size = 8, .keep = 2});
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(file.append("l-" + std::to_string(i)));
  EXPECT_THAT(lines_of(folder / "a.ndjson"), ElementsAre("l-6", "l-7"));
  EXPECT_THAT(lines_of(folder / "a.ndjson.1"), ElementsAre("l-4", "l-5"));
  EXPECT_THAT(lines_of(folder / "a.ndjson.2"), ElementsAre("l-2", "l-3"));
  EXPECT_FALSE(std::filesystem::exists(folder / "a.ndjson.3"));
}

TEST(NdjsonFile, AFullDiskIsUnavailableAndAFolderIsAnError) {
  NdjsonFile full({.path = "/dev/full"});
  const auto ok = full.append("x");
  ASSERT_FALSE(ok);
  EXPECT_EQ(ok.error().code, base::ErrorCode::unavailable) << ok.error().message;
  NdjsonFile folder({.path = "/proc"});
  EXPECT_FALSE(folder.append("x"));
  EXPECT_FALSE(check(NdjsonFileOptions{}));
  EXPECT_FALSE(check(NdjsonFileOptions{.path = "a", .max_size = 0}));
  EXPECT_FALSE(check(NdjsonFileOptions{.path = "a", .keep = -1}));
}

}  // namespace
}  // namespace sluice::action
