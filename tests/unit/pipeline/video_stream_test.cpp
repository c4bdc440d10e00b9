#include "pipeline/video_stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doubles.hpp"
#include "video.hpp"

namespace sluice::pipeline {
namespace {

using testing::HasSubstr;

TEST(VideoStream, PlaysOnce) {
  const Folder folder;
  const std::string path = write_video(folder, "clip.avi", 3, 12);
  vision::PreprocessOptions options;
  options.scale = 1;
  const auto stream = VideoStream::open(path, options);
  ASSERT_TRUE(stream) << stream.error().message;
  EXPECT_DOUBLE_EQ((*stream)->rate(), 12);
  for (int i = 0; i < 3; ++i) {
    const auto frame = (*stream)->next();
    ASSERT_TRUE(frame && *frame) << i;
    EXPECT_EQ((*frame)->name, path + "#" + std::to_string(i));
    const tensor::Tensor& input = (*frame)->inputs.at(0);
    EXPECT_EQ(input.shape(), (tensor::Shape{1, 3, 48, 64}));
    EXPECT_NEAR(input.as<float>()[0], static_cast<float>(level_of_frame(i)), 4);
  }
  for (int i = 0; i < 2; ++i) {
    const auto end = (*stream)->next();
    ASSERT_TRUE(end);
    EXPECT_FALSE(*end);
  }
}

std::string refusal(const std::string& path, const vision::PreprocessOptions& options = {}) {
  const auto stream = VideoStream::open(path, options);
  return stream ? "opened" : stream.error().message;
}

TEST(VideoStream, NamesWhatIsWrongWithTheFile) {
  const Folder folder;
  EXPECT_THAT(refusal("no/such.mp4"), HasSubstr("no/such.mp4: no such file"));
  EXPECT_THAT(refusal(folder.path()), HasSubstr("type: images"));
  EXPECT_THAT(refusal(folder.write("text.mp4", "this is not a video")), HasSubstr("text.mp4"));
  EXPECT_THAT(refusal(folder.write("empty.avi", "")), HasSubstr("empty.avi"));
}

TEST(VideoStream, RefusesAVideoWithoutFrames) {
  const Folder folder;
  EXPECT_NE(refusal(write_video(folder, "none.avi", 0, 25)), "opened");
}

TEST(VideoStream, RefusesFramesThatDoNotFit) {
  const Folder folder;
  vision::PreprocessOptions options;
  options.resize = vision::Resize::none;
  options.width = options.height = 32;
  EXPECT_THAT(refusal(write_video(folder, "clip.avi", 2, 25), options), HasSubstr("64x48"));
}

TEST(VideoStream, EndsWhereTheFileIsCutOff) {
  const Folder folder;
  const std::string path = write_video(folder, "clip.avi", 40, 25);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  const auto stream = VideoStream::open(path, {});
  if (!stream) return;  // the index was behind the cut: a plain refusal
  int frames = 0;
  for (auto frame = (*stream)->next(); frame && *frame; frame = (*stream)->next()) ++frames;
  EXPECT_LT(frames, 40);
}

}  // namespace
}  // namespace sluice::pipeline
