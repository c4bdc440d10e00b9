#include "serve/model_files.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon_helpers.hpp"

namespace sluice::serve {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ModelFilesTest : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text = "x") const {
    const fs::path path = folder_.path(name);
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  [[nodiscard]] std::vector<std::string> versions(const std::string& name) const {
    const auto found = find_versions(folder_.path(name));
    EXPECT_TRUE(found) << found.error().message;
    std::vector<std::string> names;
    for (const auto& file : *found) names.push_back(file.version);
    return names;
  }

  doubles::Folder folder_;
};

TEST_F(ModelFilesTest, AFileIsVersionOne) {
  write("a.onnx");
  EXPECT_THAT(versions("a.onnx"), ElementsAre("1"));
  write("b/model.onnx");
  EXPECT_THAT(versions("b"), ElementsAre("1"));
}

TEST_F(ModelFilesTest, VersionsAreOrderedAsNumbers) {
  write("a/10/model.onnx");
  write("a/9/model.onnx");
  write("a/2/other.onnx");
  write("a/03/model.onnx");
  write("a/latest/model.onnx");
  EXPECT_THAT(versions("a"), ElementsAre("9", "10"));
}

TEST_F(ModelFilesTest, SaysWhatIsMissing) {
  const auto gone = find_versions(folder_.path("gone"));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, base::ErrorCode::not_found);
  fs::create_directories(folder_.path("empty"));
  const auto empty = find_versions(folder_.path("empty"));
  ASSERT_FALSE(empty);
  EXPECT_THAT(empty.error().message, HasSubstr("VERSION/model.onnx"));
}

TEST_F(ModelFilesTest, ListsTheModelsOfAFolder) {
  write("a.onnx");
  write("b/model.onnx");
  write("c/3/model.onnx");
  write("readme.txt");
  write(".hidden.onnx");
  write("d/notes.txt");
  const auto names = model_names(folder_.path());
  ASSERT_TRUE(names);
  EXPECT_THAT(*names, ElementsAre("a", "b", "c"));
  EXPECT_EQ(find_model(folder_.path(), "a").value(), folder_.path("a.onnx"));
  EXPECT_EQ(find_model(folder_.path(), "c").value(), folder_.path("c"));
}

TEST_F(ModelFilesTest, NoNameLeadsOutOfTheFolder) {
  write("secret.onnx");
  write("models/a.onnx");
  for (const std::string name : {"../secret", "..", ".", "", "/etc/passwd", "x/../../secret"}) {
    const auto found = find_model(folder_.path("models"), name);
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().code, base::ErrorCode::invalid);
  }
}

TEST_F(ModelFilesTest, NoLinkLeadsOutOfTheFolder) {
  write("secret.onnx");
  write("models/real/1/model.onnx");
  fs::create_symlink(folder_.path("secret.onnx"), folder_.path("models/link.onnx"));
  EXPECT_THAT(find_model(folder_.path("models"), "link").error().message,
              HasSubstr("out of its folder"));
  fs::create_directories(folder_.path("models/sly/1"));
  fs::create_symlink(folder_.path("secret.onnx"), folder_.path("models/sly/1/model.onnx"));
  EXPECT_FALSE(find_versions(folder_.path("models/sly")));
  // A folder whose name only begins like the root's is outside, too.
  write("models-too/1/model.onnx");
  fs::create_directory_symlink(folder_.path("models-too"), folder_.path("models/next"));
  EXPECT_FALSE(find_model(folder_.path("models"), "next"));
  // Within it, links are fine: that is how versions are switched.
  fs::create_directory_symlink("real", folder_.path("models/alias"));
  EXPECT_TRUE(find_model(folder_.path("models"), "alias"));
}

TEST_F(ModelFilesTest, AStampChangesWithTheFile) {
  EXPECT_FALSE(stamp_of(folder_.path("a")));
  write("a");
  const auto before = stamp_of(folder_.path("a"));
  EXPECT_EQ(before, stamp_of(folder_.path("a")));
  write("a", "longer");
  EXPECT_NE(before, stamp_of(folder_.path("a")));
}

}  // namespace
}  // namespace sluice::serve
