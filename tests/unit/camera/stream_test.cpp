// Cameras of real files, servers and pipelines, through the real decoder.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/videoio.hpp>

#include "camera/gatt.hpp"
#include "camera/open.hpp"
#include "child.hpp"
#include "doubles.hpp"
#include "mjpeg_server.hpp"

namespace sluice::camera {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using testing::HasSubstr;
using Kind = vision::CaptureOptions::Kind;

constexpr int kFrames = 6;

int level_of(int frame) {
  return 40 + 30 * frame;
}

// Plain frames of 64x48 pixels (Motion JPEG in AVI).
std::string write_video(const Folder& folder, double rate) {
  cv::VideoWriter writer(folder.path("video.avi"), cv::CAP_OPENCV_MJPEG,
                         cv::VideoWriter::fourcc('M', 'J', 'P', 'G'), rate, cv::Size(64, 48));
  for (int i = 0; i < kFrames; ++i) {
    writer.write(cv::Mat(48, 64, CV_8UC3, cv::Scalar::all(level_of(i))));
  }
  writer.release();
  return folder.path("video.avi");
}

const vision::Decoder& real_decoder() {
  const auto decoder = vision::decoder();
  EXPECT_TRUE(decoder) << decoder.error().message;
  return **decoder;
}

std::string jpeg_of(int level) {
  const std::vector<std::uint8_t> pixels(3 * 64 * 48, static_cast<std::uint8_t>(level));
  return *real_decoder().encode_jpeg(vision::Image(64, 48, pixels), 90);
}

// Which frame of the video it is; -1: none.
int frame_of(const Sample& sample) {
  const auto& image = std::get<vision::Image>(sample.data);
  for (int frame = 0; frame < kFrames; ++frame) {
    if (std::abs(image.pixels()[0] - level_of(frame)) < 10) return frame;
  }
  return -1;
}

class StreamTest : public testing::Test {
 protected:
  std::unique_ptr<Camera> open(SourceOptions source, Frames frames = Frames::latest) {
    auto camera =
        camera::open({.name = "front",
                      .source = std::move(source),
                      .frames = frames,
                      .buffer = 2,
                      .backoff = {.first = milliseconds(20), .longest = milliseconds(100)}},
                     clock_);
    EXPECT_TRUE(camera) << camera.error().message;
    return std::move(*camera);
  }

  static Sample get(Camera& camera) {
    auto sample = camera.next(minutes(2));
    EXPECT_TRUE(sample) << sample.error().message;
    return sample && *sample ? std::move(**sample) : Sample{"none", {}, vision::Image()};
  }
  static void wait_until_failed(Camera& camera) {
    while (!camera.statistics().failed) camera.next(milliseconds(20));
  }

  base::SteadyClock clock_;
  Folder folder_;
};

TEST_F(StreamTest, AVideoFrameByFrame) {
  const auto camera =
      open(VideoOptions{.path = write_video(folder_, 25), .pace = VideoOptions::Pace::asap});
  for (int i = 0; i < kFrames; ++i) {
    const Sample sample = get(*camera);
    EXPECT_EQ(frame_of(sample), i);
    EXPECT_EQ(sample.name, fmt::format("{}#{}", folder_.path("video.avi"), i));
  }
  EXPECT_EQ(text_of(camera->next(minutes(1))), "end");
  EXPECT_EQ(text_of(camera->next(minutes(1))), "end");
}

TEST_F(StreamTest, AVideoAgainAndAgain) {
  const auto camera = open(VideoOptions{
      .path = write_video(folder_, 25), .repeat = true, .pace = VideoOptions::Pace::asap});
  for (int i = 0; i < 3 * kFrames; ++i) EXPECT_EQ(frame_of(get(*camera)), i % kFrames);
}

TEST_F(StreamTest, EveryFrameOfAVideoNotBeforeItsTime) {
  const auto camera = open(VideoOptions{.path = write_video(folder_, 100)}, Frames::every);
  base::Time first{};
  for (int i = 0; i < kFrames; ++i) {
    const Sample sample = get(*camera);
    EXPECT_EQ(frame_of(sample), i);
    if (i == 0) first = sample.captured;
    EXPECT_GE(sample.captured - first, i * milliseconds(10));
  }
  EXPECT_EQ(text_of(camera->next(minutes(1))), "end");
  EXPECT_EQ(camera->statistics().lost, 0u);
}

TEST_F(StreamTest, AVideoThatIsNoneIsAnErrorAtOnce) {
  const auto camera = camera::open(
      {.name = "front", .source = VideoOptions{.path = folder_.write("x.avi", "no video")}},
      clock_);
  EXPECT_THAT(camera.error().message, HasSubstr("cannot be opened as a video"));
}

TEST_F(StreamTest, BrokenImagesOfAFolderLoseOnlyThemselves) {
  const std::string jpeg = jpeg_of(100);
  folder_.write("1.jpg", jpeg);
  folder_.write("2.jpg", jpeg.substr(0, jpeg.size() / 2));
  folder_.write("3.jpg", "");
  folder_.write("4.jpg", jpeg);
  const auto camera = open(ImagesOptions{.path = folder_.path()});
  const Sample good = get(*camera);
  ASSERT_NE(good.file, nullptr);
  EXPECT_EQ(*good.file, jpeg);
  for (const char* name : {"2.jpg", "3.jpg"}) {
    const auto broken = camera->next({});
    ASSERT_FALSE(broken) << name;
    EXPECT_EQ(broken.error().code, base::ErrorCode::invalid);
    EXPECT_THAT(broken.error().message, HasSubstr(name));
  }
  EXPECT_EQ(get(*camera).name, folder_.path("4.jpg"));
  EXPECT_EQ(camera->statistics().lost, 2u);
}

TEST_F(StreamTest, AnHttpStreamThatIsCutIsConnectedToAgain) {
  MjpegServer server(jpeg_of(200));
  const auto camera = open(StreamOptions{server.url()});
  EXPECT_EQ(std::get<vision::Image>(get(*camera).data).width(), 64);
  for (std::uint64_t cuts = 1; cuts <= 2; ++cuts) {
    server.stop();
    wait_until_failed(*camera);
    EXPECT_THAT(camera->statistics().error, Not(HasSubstr("video")));
    server.start();
    while (camera->statistics().failed) camera->next(milliseconds(20));
    get(*camera);
    EXPECT_EQ(camera->statistics().reconnects, cuts);
  }
}

TEST_F(StreamTest, AServerThatSaysNothingIsGivenUp) {
  MjpegServer server(jpeg_of(200), 0);
  const auto capture = real_decoder().open_capture(
      {.kind = Kind::stream, .source = server.url(), .timeout = milliseconds(300)});
  ASSERT_FALSE(capture);
  EXPECT_EQ(capture.error().code, base::ErrorCode::unavailable);
}

TEST_F(StreamTest, AStreamThatFallsSilentIsGivenUp) {
  MjpegServer server(jpeg_of(200), 400);
  const auto capture = real_decoder().open_capture(
      {.kind = Kind::stream, .source = server.url(), .timeout = milliseconds(3000)});
  ASSERT_TRUE(capture) << capture.error().message;
  int frames = 0;
  for (auto frame = (*capture)->next(); frame && *frame; frame = (*capture)->next()) ++frames;
  EXPECT_GT(frames, 0);
  EXPECT_LE(frames, 400);
}

TEST_F(StreamTest, AnRtspServerThatIsKilledIsConnectedToAgain) {
  const std::string script = SLUICE_SOURCE_DIR "/tests/unit/camera/rtsp_server.py";
  Child first({script});
  const std::string port = first.line();
  if (port.empty() && first.wait() == 77) {
    GTEST_SKIP() << "GStreamer's RTSP server is not installed (gir1.2-gst-rtsp-server-1.0)";
  }
  ASSERT_NE(port, "");
  const auto camera = open(StreamOptions{"rtsp://127.0.0.1:" + port + "/test"});
  EXPECT_EQ(std::get<vision::Image>(get(*camera).data).width(), 64);
  first.kill();
  wait_until_failed(*camera);
  const Child second({script, port});
  ASSERT_EQ(second.line(), port);
  while (camera->statistics().failed) camera->next(milliseconds(20));
  EXPECT_EQ(std::get<vision::Image>(get(*camera).data).width(), 64);
  EXPECT_GE(camera->statistics().reconnects, 1u);
}

// GStreamer and GLib are not instrumented, and start threads: the thread sanitizer sees races in
// them.
#if defined(__SANITIZE_THREAD__)
constexpr bool kThreadSanitizer = true;
#elif defined(__has_feature)
constexpr bool kThreadSanitizer = __has_feature(thread_sanitizer);
#else
constexpr bool kThreadSanitizer = false;
#endif

bool has_test_source() {
  if (kThreadSanitizer) return false;
  for (const auto& folder : std::filesystem::directory_iterator("/usr/lib")) {
    if (std::filesystem::exists(folder.path() / "gstreamer-1.0/libgstvideotestsrc.so")) return true;
  }
  return false;
}

TEST_F(StreamTest, AGstreamerPipelineStartsAgainWhenItEnds) {
  if (!has_test_source())
    GTEST_SKIP() << "no gstreamer1.0-plugins-base, or under the thread sanitizer";
  const auto camera = open(
      GstreamerOptions{"videotestsrc num-buffers=3 ! video/x-raw,format=BGR,width=64,height=48 ! "
                       "appsink"},
      Frames::every);
  for (int i = 0; i < 7; ++i) {
    auto sample = camera->next(minutes(2));
    while (!sample) sample = camera->next(minutes(2));
    EXPECT_EQ(std::get<vision::Image>((*sample)->data).width(), 64);
  }
  EXPECT_GE(camera->statistics().reconnects, 2u);
}

TEST_F(StreamTest, AGstreamerPipelineThatHangsIsGivenUp) {
  if (!has_test_source())
    GTEST_SKIP() << "no gstreamer1.0-plugins-base, or under the thread sanitizer";
  const auto capture = real_decoder().open_capture(
      {.kind = Kind::gstreamer,
       .source = "videotestsrc ! valve drop=true ! video/x-raw,format=BGR ! appsink",
       .timeout = milliseconds(300)});
  ASSERT_FALSE(capture);
  EXPECT_EQ(capture.error().message, "no answer within 0.3 s");
}

TEST_F(StreamTest, ADeviceThatIsNotThereIsSaid) {
  for (const char* path : {"/dev/video99", "99"}) {
    const auto camera = open(DeviceOptions{.path = path});
    wait_until_failed(*camera);
    EXPECT_THAT(text_of(camera->next(milliseconds(1))),
                HasSubstr(fmt::format("camera front: {}: it cannot be opened", path)));
  }
}

TEST(GattLibrary, Loads) {
  const auto library = gatt();
  ASSERT_TRUE(library) << library.error().message;
}

}  // namespace
}  // namespace sluice::camera
