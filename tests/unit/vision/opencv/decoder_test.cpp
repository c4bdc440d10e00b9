// The loadable library as the program sees it: image files of all kinds to pixels, to model inputs
// and back to files.
#include "vision/decoder.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>

#include "vision/opencv/pixels.hpp"

namespace sluice::vision::opencv {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Decoder& loaded_decoder() {
  static const auto loaded = decoder();
  EXPECT_TRUE(loaded) << loaded.error().message;
  return **loaded;
}

base::Result<Image> decoded(const std::string& file) {
  return loaded_decoder().decode(std::as_bytes(std::span(file)));
}

std::string file_of(const cv::Mat& image, const std::string& extension,
                    const std::vector<int>& parameters = {}) {
  std::vector<std::uint8_t> bytes;
  EXPECT_TRUE(cv::imencode(extension, image, bytes, parameters));
  return {bytes.begin(), bytes.end()};
}

cv::Vec3b pixel_of(const Image& image, int x, int y) {
  return to_mat(image).at<cv::Vec3b>(y, x);
}

/// Red above blue.
cv::Mat two_rows(int width, int height) {
  cv::Mat image(height, width, CV_8UC3, cv::Scalar(255, 0, 0));
  image.rowRange(0, height / 2).setTo(cv::Scalar(0, 0, 255));
  return image;
}

/// A JPEG file that says how its camera was held (EXIF tag 0x0112).
std::string turned_jpeg(const cv::Mat& image, char orientation) {
  const std::string exif =
      std::string("Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", 25) + orientation +
      std::string("\0\0\0\0\0\0", 6);
  const auto size = static_cast<char>(exif.size() + 2);
  return file_of(image, ".jpg", {cv::IMWRITE_JPEG_QUALITY, 100})
      .insert(2, std::string("\xff\xe1\0", 3) + size + exif);
}

TEST(Decode, GivesTheSamePixelsOfEachFormat) {
  const cv::Mat image = two_rows(64, 32);
  for (const char* extension : {".png", ".bmp", ".ppm", ".tiff", ".webp", ".jpg"}) {
    SCOPED_TRACE(extension);
    const auto got = decoded(file_of(image, extension));
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(got->width(), 64);
    EXPECT_EQ(got->height(), 32);
    ASSERT_EQ(got->pixels().size(), 64U * 32 * 3);
    // JPEG and WebP are lossy.
    EXPECT_LE(cv::norm(pixel_of(*got, 10, 3), cv::Vec3b(0, 0, 255), cv::NORM_INF), 4);
    EXPECT_LE(cv::norm(pixel_of(*got, 10, 28), cv::Vec3b(255, 0, 0), cv::NORM_INF), 4);
  }
}

TEST(Decode, BringsEveryDepthToEightBitsOfThreeColours) {
  struct Case {
    int type;
    cv::Scalar value;
    cv::Vec3b pixel;
  };
  const Case cases[] = {
      {CV_8UC1, cv::Scalar(77), {77, 77, 77}},
      {CV_8UC4, cv::Scalar(10, 20, 30, 0), {10, 20, 30}},  // transparent, and yet seen
      {CV_16UC1, cv::Scalar(0x8000), {128, 128, 128}},
      {CV_16UC3, cv::Scalar(0x0a00, 0x1400, 0x1e00), {10, 20, 30}},
      {CV_16UC4, cv::Scalar(0x0a00, 0x1400, 0x1e00, 0xffff), {10, 20, 30}}};
  for (const Case& each : cases) {
    SCOPED_TRACE(each.type);
    const auto got = decoded(file_of(cv::Mat(3, 5, each.type, each.value), ".png"));
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(got->pixels().size(), 3U * 5 * 3);
    EXPECT_LE(cv::norm(pixel_of(*got, 4, 2), each.pixel, cv::NORM_INF), 1);
  }
}

TEST(Decode, TurnsTheImageUpright) {
  const cv::Mat image = two_rows(32, 16);
  const auto straight = decoded(turned_jpeg(image, 1));
  ASSERT_TRUE(straight) << straight.error().message;
  EXPECT_EQ(straight->width(), 32);
  EXPECT_GT(pixel_of(*straight, 16, 2)[2], 240);  // red above

  const auto upside_down = decoded(turned_jpeg(image, 3));
  ASSERT_TRUE(upside_down) << upside_down.error().message;
  EXPECT_GT(pixel_of(*upside_down, 16, 2)[0], 240);  // blue above

  const auto clockwise = decoded(turned_jpeg(image, 6));
  ASSERT_TRUE(clockwise) << clockwise.error().message;
  EXPECT_EQ(clockwise->width(), 16);
  EXPECT_EQ(clockwise->height(), 32);
  EXPECT_GT(pixel_of(*clockwise, 13, 16)[2], 240);  // red on the right
}

TEST(Decode, RefusesWhatIsNoImage) {
  const std::string jpeg = file_of(two_rows(64, 64), ".jpg");
  std::string damaged = file_of(two_rows(64, 64), ".png");
  std::fill(damaged.begin() + 60, damaged.begin() + 80, 'x');
  const std::string files[] = {
      "",      "P6",          "no image", jpeg.substr(0, jpeg.size() / 2), jpeg.substr(0, 3),
      damaged, "P6 0 4 255\n"};
  for (const std::string& file : files) {
    const auto got = decoded(file);
    ASSERT_FALSE(got) << file.size() << " bytes";
    EXPECT_EQ(got.error().code, base::ErrorCode::invalid);
    EXPECT_FALSE(got.error().message.empty());
  }
}

// Few bytes that would become gigabytes.
TEST(Decode, RefusesBombs) {
  std::string png = file_of(cv::Mat(8, 8, CV_8UC1, cv::Scalar(0)), ".png");
  png.replace(16, 8, std::string("\0\0\x75\x30\0\0\x75\x30", 8));  // 30000x30000
  for (const std::string& file : {png, std::string("P5 20000 20000 255\n")}) {
    const auto got = decoded(file);
    ASSERT_FALSE(got);
    EXPECT_THAT(got.error().message, HasSubstr("more than 100 megapixels are not decoded"));
  }
}

TEST(EncodeJpeg, IsReadBackAsItWas) {
  const auto image = decoded(file_of(two_rows(64, 32), ".png"));
  ASSERT_TRUE(image);
  const auto good = loaded_decoder().encode_jpeg(*image, 95);
  ASSERT_TRUE(good) << good.error().message;
  const auto back = decoded(*good);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->width(), 64);
  EXPECT_EQ(back->height(), 32);
  for (const int row : {2, 29}) {  // not where the colours meet
    EXPECT_LE(cv::norm(pixel_of(*image, 9, row), pixel_of(*back, 9, row), cv::NORM_INF), 4);
  }
}

TEST(EncodeJpeg, IsSmallerInLowerQuality) {
  cv::Mat noise(32, 32, CV_8UC3);
  cv::randu(noise, 0, 255);
  const auto size_at = [image = to_image(noise)](int quality) {
    return loaded_decoder().encode_jpeg(image, quality)->size();
  };
  EXPECT_LT(size_at(10), size_at(50));
  EXPECT_LT(size_at(50), size_at(100));
}

TEST(EncodeJpeg, RefusesWhatIsNoJpeg) {
  const auto refused = [](const Image& image, int quality) {
    const auto file = loaded_decoder().encode_jpeg(image, quality);
    return file ? std::string("accepted") : file.error().message;
  };
  const Image small(2, 2, std::vector<std::uint8_t>(12));
  EXPECT_EQ(refused(small, 1), "accepted");
  EXPECT_THAT(refused(Image(), 90), HasSubstr("an image of 0x0 pixels"));
  EXPECT_THAT(refused(Image(65536, 1, std::vector<std::uint8_t>(3 * 65536)), 90),
              HasSubstr("an image of 65536x1 pixels"));
  for (const int quality : {0, 101, -1}) {
    EXPECT_THAT(refused(small, quality), HasSubstr("not within 1..100"));
  }
}

TEST(Prepare, TakesTheRegion) {
  cv::Mat pixels(4, 6, CV_8UC3, cv::Scalar(0, 0, 0));
  pixels(cv::Rect(2, 1, 2, 2)).setTo(cv::Scalar(10, 20, 30));
  PreprocessOptions options;
  options.scale = 1;
  const auto input = loaded_decoder().prepare(to_image(pixels), {2, 1, 4, 3}, options);
  ASSERT_TRUE(input) << input.error().message;
  EXPECT_EQ(input->shape(), (tensor::Shape{1, 3, 2, 2}));
  const auto values = input->as<float>();
  EXPECT_THAT(std::vector<float>(values.begin(), values.end()),
              ElementsAre(30, 30, 30, 30, 20, 20, 20, 20, 10, 10, 10, 10));
}

TEST(Prepare, RefusesRegionsOffTheImage) {
  const Image image(6, 4, std::vector<std::uint8_t>(6 * 4 * 3));
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const Box boxes[] = {{-1, 0, 4, 4},       {0, 0, 7, 4},          {0, -1, 4, 4},
                       {0, 0, 6, 5},        {3, 1, 3, 3},          {4, 1, 3, 3},
                       {0.5F, 0, 4, 4},     {0, 0, 5.5F, 4},       {NAN, 0, 4, 4},
                       {0, 0, NAN, 4},      {-kInfinity, 0, 6, 4}, {0, 0, kInfinity, 4},
                       {1e30F, 0, 2e30F, 4}};
  for (const Box& box : boxes) {
    const auto input = loaded_decoder().prepare(image, box, {});
    ASSERT_FALSE(input) << box.x0 << " " << box.y0 << " " << box.x1 << " " << box.y1;
    EXPECT_EQ(input.error().code, base::ErrorCode::invalid);
    EXPECT_THAT(input.error().message, HasSubstr("within the image of 6x4 pixels"));
  }
  EXPECT_TRUE(loaded_decoder().prepare(image, {0, 0, 6, 4}, {}));
  EXPECT_FALSE(loaded_decoder().prepare(Image(), {0, 0, 1, 1}, {}));
}

}  // namespace
}  // namespace sluice::vision::opencv
