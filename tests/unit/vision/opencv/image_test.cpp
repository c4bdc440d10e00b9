#include "vision/opencv/image.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <unistd.h>

namespace sluice::vision::opencv {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class LoadImage : public testing::Test {
 protected:
  LoadImage() {
    std::string folder = (fs::temp_directory_path() / "sluice-image-XXXXXX").string();
    folder_ = ::mkdtemp(folder.data());
  }
  ~LoadImage() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& bytes) const {
    const fs::path path = folder_ / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path.string();
  }

  fs::path folder_;
};

std::string encode(const std::string& extension, int width, int height) {
  cv::Mat image(height, width, CV_8UC3);
  cv::randu(image, 0, 255);
  std::vector<std::uint8_t> bytes;
  cv::imencode(extension, image, bytes);
  return {bytes.begin(), bytes.end()};
}

TEST_F(LoadImage, GivesBgrPixels) {
  const auto image =
      load_image(write("a.ppm", std::string("P6 2 1 255\n\x0a\x14\x1e\x28\x32\x3c")));
  ASSERT_TRUE(image) << image.error().message;
  ASSERT_EQ(image->type(), CV_8UC3);
  EXPECT_EQ(image->at<cv::Vec3b>(0, 0), cv::Vec3b(30, 20, 10));
  EXPECT_EQ(image->at<cv::Vec3b>(0, 1), cv::Vec3b(60, 50, 40));
}

TEST_F(LoadImage, TurnsGrayIntoBgr) {
  const auto image = load_image(write("a.pgm", "P2 1 1 255\n77\n"));
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->at<cv::Vec3b>(0, 0), cv::Vec3b(77, 77, 77));
}

TEST_F(LoadImage, NamesAMissingFile) {
  const auto image = load_image("no/such/image.png");
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, base::ErrorCode::not_found);
  EXPECT_THAT(image.error().message, HasSubstr("no/such/image.png"));
}

TEST_F(LoadImage, RefusesAFolder) {
  const auto image = load_image(folder_.string());
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, base::ErrorCode::invalid);
}

TEST_F(LoadImage, NamesAnUnreadableFile) {
  if (::geteuid() == 0) GTEST_SKIP() << "root reads every file";
  const std::string path = write("secret.png", encode(".png", 4, 4));
  fs::permissions(path, fs::perms::none);
  const auto image = load_image(path);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, base::ErrorCode::io);
  EXPECT_THAT(image.error().message, HasSubstr("secret.png"));
}

// A file that ends in the middle of its pixels is an error in every format, not a picture that
// is half grey.
TEST_F(LoadImage, RefusesAFileThatIsCutOff) {
  for (const char* extension : {".jpg", ".png", ".bmp", ".ppm", ".webp", ".tiff"}) {
    SCOPED_TRACE(extension);
    const std::string whole = encode(extension, 64, 48);
    ASSERT_TRUE(load_image(write(std::string("whole") + extension, whole)));
    const std::string path =
        write(std::string("cut") + extension, whole.substr(0, whole.size() * 2 / 3));
    const auto image = load_image(path);
    ASSERT_FALSE(image);
    EXPECT_THAT(image.error().message, HasSubstr(path));
  }
}

TEST_F(LoadImage, RefusesDamageInTheMiddle) {
  std::string png = encode(".png", 64, 48);
  for (std::size_t i = png.size() / 2; i < png.size() / 2 + 100; ++i) png[i] = 'x';
  const auto image = load_image(write("damaged.png", png));
  ASSERT_FALSE(image);
  EXPECT_THAT(image.error().message, HasSubstr("corrupt"));
}

TEST_F(LoadImage, RefusesEmptyAndOtherFiles) {
  EXPECT_FALSE(load_image(write("empty.png", "")));
  const auto image = load_image(write("text.jpg", "this is not an image"));
  ASSERT_FALSE(image);
  EXPECT_THAT(image.error().message, HasSubstr("not an image in a known format"));
}

// A few bytes that claim a huge picture are refused before memory is taken for it.
TEST_F(LoadImage, RefusesAbsurdSizes) {
  const auto wide = load_image(write("wide.ppm", "P6 100000 1001 255\n"));
  ASSERT_FALSE(wide);
  EXPECT_THAT(wide.error().message, HasSubstr("100000x1001"));
  EXPECT_THAT(wide.error().message, HasSubstr("100 megapixels"));

  std::string png = encode(".png", 8, 8);
  png.replace(16, 8, std::string("\x7f\xff\xff\xff\x7f\xff\xff\xff", 8));
  const auto bomb = load_image(write("bomb.png", png));
  ASSERT_FALSE(bomb);
  EXPECT_THAT(bomb.error().message, HasSubstr("2147483647x2147483647"));
}

}  // namespace
}  // namespace sluice::vision::opencv
