#include "pipeline/image_stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doubles.hpp"
#include "vision/image_folder.hpp"

namespace sluice::pipeline {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kPlenty = 1u << 30;

vision::PreprocessOptions levels() {
  vision::PreprocessOptions options;
  options.input = "x";
  options.scale = 1;
  return options;
}
// One image of 8x6 pixels in fp32.
constexpr std::uint64_t kFrameBytes = 8 * 6 * 3 * 4;

// The level of a plain frame, "corrupt", or the frame's absence.
std::string next_level(ImageStream& stream) {
  const auto frame = stream.next();
  if (!frame) return "corrupt";
  if (!*frame) return "end";
  return fmt::format("{}", (*frame)->inputs.at(0).as<float>()[0]);
}

std::unique_ptr<ImageStream> open(const Folder& folder, std::uint64_t cache_bytes = kPlenty) {
  auto paths = vision::list_images(folder.path());
  EXPECT_TRUE(paths) << paths.error().message;
  auto stream = ImageStream::open(*paths, levels(), cache_bytes);
  EXPECT_TRUE(stream) << stream.error().message;
  return std::move(*stream);
}

TEST(ImageStream, CyclesThroughTheImages) {
  const Folder folder;
  folder.image("2.png", 20);
  folder.image("1.png", 10);
  const auto stream = open(folder);
  EXPECT_EQ(next_level(*stream), "10");
  EXPECT_EQ(next_level(*stream), "20");
  EXPECT_EQ(next_level(*stream), "10");
  EXPECT_FALSE(stream->ended());
  const auto frame = stream->next();
  ASSERT_TRUE(frame);
  EXPECT_EQ((*frame)->name, folder.path("2.png"));
  EXPECT_EQ((*frame)->inputs.at(0).name(), "x");
  EXPECT_EQ((*frame)->inputs.at(0).shape(), (tensor::Shape{1, 3, 6, 8}));
}

TEST(ImageStream, ACorruptImageLosesOnlyItsOwnFrames) {
  const Folder folder;
  folder.image("1.png", 10);
  folder.write("2.png", "not an image");
  folder.image("3.png", 30);
  const auto stream = open(folder);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(next_level(*stream), "10");
    EXPECT_EQ(next_level(*stream), "corrupt");
    EXPECT_EQ(next_level(*stream), "30");
  }
}

TEST(ImageStream, TheErrorNamesTheFile) {
  const Folder folder;
  folder.image("1.png", 10);
  folder.write("2.png", "not an image");
  const auto stream = open(folder);
  (void)stream->next();
  const auto frame = stream->next();
  ASSERT_FALSE(frame);
  EXPECT_THAT(frame.error().message, HasSubstr(folder.path("2.png")));
}

// Once cached, an image is ready: the file is not needed again.
TEST(ImageStream, CachedImagesAreNotReadAgain) {
  const Folder folder;
  folder.image("1.png", 10);
  folder.image("2.png", 20);
  const auto stream = open(folder);
  EXPECT_TRUE(stream->all_cached());
  std::filesystem::remove(folder.path("1.png"));
  folder.image("2.png", 99);
  EXPECT_EQ(next_level(*stream), "10");
  EXPECT_EQ(next_level(*stream), "20");
}

TEST(ImageStream, TheCacheIsBounded) {
  const Folder folder;
  for (int i = 1; i <= 4; ++i) folder.image(std::to_string(i) + ".png", i);
  const auto stream = open(folder, 2 * kFrameBytes);
  EXPECT_FALSE(stream->all_cached());
  for (int i = 1; i <= 4; ++i) folder.image(std::to_string(i) + ".png", 100 + i);
  EXPECT_EQ(next_level(*stream), "1");
  EXPECT_EQ(next_level(*stream), "2");
  EXPECT_EQ(next_level(*stream), "103");
  EXPECT_EQ(next_level(*stream), "104");
  std::filesystem::remove(folder.path("3.png"));
  EXPECT_EQ(next_level(*stream), "1");
  EXPECT_EQ(next_level(*stream), "2");
  EXPECT_EQ(next_level(*stream), "corrupt");
  EXPECT_EQ(next_level(*stream), "104");
}

TEST(ImageStream, AnyCacheHoldsOneImage) {
  const Folder folder;
  folder.image("1.png", 10);
  EXPECT_TRUE(open(folder, 0)->all_cached());
}

TEST(ImageStream, RefusesFoldersWithoutAUsableImage) {
  const Folder folder;
  folder.write("1.png", "not an image");
  folder.write("2.png", "nor this");
  const auto paths = vision::list_images(folder.path());
  ASSERT_TRUE(paths);
  const auto stream = ImageStream::open(*paths, levels(), 0);
  ASSERT_FALSE(stream);
  EXPECT_THAT(stream.error().message, HasSubstr("none of the 2 images"));
  EXPECT_THAT(stream.error().message, HasSubstr("1.png"));
}

TEST(ImageStream, RefusesImagesThatDoNotFit) {
  const Folder folder;
  vision::PreprocessOptions options = levels();
  options.resize = vision::Resize::none;
  options.width = options.height = 64;
  const auto stream = ImageStream::open({folder.image("1.png", 10)}, options, kPlenty);
  ASSERT_FALSE(stream);
  EXPECT_THAT(stream.error().message, HasSubstr("8x6"));
}

}  // namespace
}  // namespace sluice::pipeline
