#include "vision/opencv/image_header.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

namespace sluice::vision::opencv {
namespace {

using testing::HasSubstr;

std::vector<std::uint8_t> image_bytes(const std::string& extension, int width, int height,
                                      const std::vector<int>& parameters = {}) {
  cv::Mat image(height, width, CV_8UC3);
  cv::randu(image, 0, 255);
  std::vector<std::uint8_t> bytes;
  cv::imencode(extension, image, bytes, parameters);
  return bytes;
}

base::Result<ImageHeader> parse(const std::vector<std::uint8_t>& bytes) {
  return parse_image_header(std::as_bytes(std::span(bytes)));
}

base::Result<ImageHeader> parse(std::string_view text) {
  return parse_image_header(std::as_bytes(std::span(text.data(), text.size())));
}

struct Encoded {
  const char* extension;
  ImageFormat format;
  std::vector<int> parameters;
};

// What another library writes is read back with its size, in every format.
TEST(ImageHeader, ReadsEveryFormat) {
  const Encoded cases[] = {
      {".jpg", ImageFormat::jpeg, {}},
      {".jpg", ImageFormat::jpeg, {cv::IMWRITE_JPEG_PROGRESSIVE, 1}},
      {".png", ImageFormat::png, {}},
      {".bmp", ImageFormat::bmp, {}},
      {".ppm", ImageFormat::pnm, {}},
      {".ppm", ImageFormat::pnm, {cv::IMWRITE_PXM_BINARY, 0}},
      {".webp", ImageFormat::webp, {cv::IMWRITE_WEBP_QUALITY, 50}},
      {".webp", ImageFormat::webp, {cv::IMWRITE_WEBP_QUALITY, 101}},
      {".tiff", ImageFormat::tiff, {}},
  };
  for (const Encoded& encoded : cases) {
    SCOPED_TRACE(encoded.extension);
    const auto header = parse(image_bytes(encoded.extension, 301, 57, encoded.parameters));
    ASSERT_TRUE(header) << header.error().message;
    EXPECT_EQ(header->format, encoded.format);
    EXPECT_EQ(header->width, 301u);
    EXPECT_EQ(header->height, 57u);
  }
}

// Whatever is missing at the end of the header is an error, never a wrong size.
TEST(ImageHeader, EveryTruncationIsAnErrorOrTheSameSize) {
  for (const char* extension : {".jpg", ".png", ".bmp", ".ppm", ".webp", ".tiff"}) {
    SCOPED_TRACE(extension);
    const auto whole = image_bytes(extension, 40, 30);
    for (std::size_t length = 0; length < std::min<std::size_t>(whole.size(), 700); ++length) {
      // The size's own digits can be cut in a format that is text.
      if (std::string(extension) == ".ppm" && length < 9) continue;
      const auto header =
          parse(std::vector(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)));
      if (!header) continue;
      EXPECT_EQ(header->width, 40u) << length;
      EXPECT_EQ(header->height, 30u) << length;
    }
  }
}

TEST(ImageHeader, ReadsCommentsInPpm) {
  const auto header = parse("P6\n# made by hand\n 12\t34 # not 56\n255\n");
  ASSERT_TRUE(header) << header.error().message;
  EXPECT_EQ(header->width, 12u);
  EXPECT_EQ(header->height, 34u);
}

TEST(ImageHeader, TakesBmpFromTheTopDown) {
  std::vector<std::uint8_t> bmp = image_bytes(".bmp", 20, 10);
  const std::int32_t height = -10;
  std::memcpy(bmp.data() + 22, &height, sizeof height);
  const auto header = parse(bmp);
  ASSERT_TRUE(header) << header.error().message;
  EXPECT_EQ(header->height, 10u);
}

TEST(ImageHeader, FindsAJpegThatIsCutOff) {
  auto jpeg = image_bytes(".jpg", 64, 64);
  ASSERT_TRUE(parse(jpeg));
  jpeg.resize(jpeg.size() - 2);
  const auto header = parse(jpeg);
  ASSERT_FALSE(header);
  EXPECT_THAT(header.error().message, HasSubstr("cut off"));
}

TEST(ImageHeader, TakesAJpegWithBytesBehindItsEnd) {
  auto jpeg = image_bytes(".jpg", 64, 64);
  jpeg.insert(jpeg.end(), 1000, 0);
  EXPECT_TRUE(parse(jpeg));
}

TEST(ImageHeader, RefusesWhatIsNoImage) {
  for (const std::string_view text : {"", "P", "hello, world", "<svg></svg>", "GIF89a......"}) {
    const auto header = parse(text);
    ASSERT_FALSE(header) << text;
    EXPECT_THAT(header.error().message, HasSubstr("not an image"));
  }
}

TEST(ImageHeader, RefusesEmptyImages) {
  for (const std::string_view text : {"P5 0 10 255\n", "P5 10 0 255\n"}) {
    const auto header = parse(text);
    ASSERT_FALSE(header) << text;
    EXPECT_THAT(header.error().message, HasSubstr("corrupt"));
  }
}

}  // namespace
}  // namespace sluice::vision::opencv
