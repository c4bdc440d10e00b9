#include "vision/image_folder.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace sluice::vision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "images-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string path() const { return path_; }
  [[nodiscard]] std::string path(const std::string& name) const { return path_ + "/" + name; }
  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(path(name)) << content;
    return path(name);
  }

 private:
  std::string path_;
};

TEST(ListImages, SortsByNameAndTakesKnownExtensionsOnly) {
  const Folder folder;
  for (const char* name : {"b.JPG", "a.jpeg", "10.png", "9.bmp", "c.ppm", "d.webp", "e.tif",
                           "f.Tiff", "notes.txt", ".hidden.png", "g.gif", "png"}) {
    folder.write(name, "");
  }
  std::filesystem::create_directory(folder.path("folder.png"));
  const auto paths = list_images(folder.path());
  ASSERT_TRUE(paths) << paths.error().message;
  std::vector<std::string> names;
  for (const auto& path : *paths) names.push_back(std::filesystem::path(path).filename().string());
  EXPECT_THAT(names, ElementsAre("10.png", "9.bmp", "a.jpeg", "b.JPG", "c.ppm", "d.webp", "e.tif",
                                 "f.Tiff"));
}

TEST(ListImages, NamesWhatIsWrongWithTheFolder) {
  const Folder folder;
  EXPECT_THAT(list_images("no/such/folder").error().message, HasSubstr("no such folder"));
  EXPECT_THAT(list_images(folder.path()).error().message, HasSubstr("it is empty"));
  const std::string file = folder.write("notes.txt", "");
  EXPECT_THAT(list_images(folder.path()).error().message, HasSubstr("among 1 others"));
  EXPECT_THAT(list_images(file).error().message, HasSubstr("type: image"));
}

}  // namespace
}  // namespace sluice::vision
