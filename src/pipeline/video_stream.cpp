#include "pipeline/video_stream.hpp"

#include <cmath>
#include <filesystem>
#include <system_error>
#include <utility>

#include <opencv2/videoio/registry.hpp>

#include "vision/image.hpp"
#include "vision/opencv.hpp"

namespace sluice::pipeline {
namespace {

using base::ErrorCode;

// Containers without a rate give 0, NaN or their time base (90000).
double believable_rate(double rate) {
  return std::isfinite(rate) && rate > 0 && rate <= 1000 ? rate : 0;
}

// Tries what reads video files only: OpenCV's own choice would go on to cameras and numbered
// images. GStreamer comes in where OpenCV was built without FFmpeg (it is slow to give up).
cv::VideoCapture open_file(const std::string& path) {
  cv::VideoCapture capture;
  const bool ffmpeg = cv::videoio_registry::hasBackend(cv::CAP_FFMPEG);
  if (capture.open(path, ffmpeg ? cv::CAP_FFMPEG : cv::CAP_GSTREAMER)) return capture;
  capture.open(path, cv::CAP_OPENCV_MJPEG);
  return capture;
}

}  // namespace

base::Result<std::unique_ptr<VideoStream>> VideoStream::open(
    const std::string& path, const vision::PreprocessOptions& preprocess) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    return base::fail(ErrorCode::not_found,
                      "{}: no such file; set the source's path to a video file", path);
  }
  if (!std::filesystem::is_regular_file(status)) {
    return base::fail(ErrorCode::invalid,
                      "{}: not a video file; for a folder of images set type: images", path);
  }
  vision::set_up_opencv();
  cv::VideoCapture capture;
  try {
    capture = open_file(path);
  } catch (const std::exception& failure) {
    return base::fail(ErrorCode::invalid, "{}: cannot be opened as a video: {}", path,
                      failure.what());
  }
  if (!capture.isOpened()) {
    return base::fail(ErrorCode::invalid,
                      "{}: cannot be opened as a video; it is corrupt or of a format that this "
                      "build does not read",
                      path);
  }
  const double pixels =
      capture.get(cv::CAP_PROP_FRAME_WIDTH) * capture.get(cv::CAP_PROP_FRAME_HEIGHT);
  if (pixels > static_cast<double>(vision::kMaxPixels)) {
    return base::fail(ErrorCode::invalid, "{}: the video's frames have more than {} megapixels",
                      path, vision::kMaxPixels / 1'000'000);
  }
  std::unique_ptr<VideoStream> stream(new VideoStream(path, preprocess, capture));
  auto first = stream->read();
  if (!first) return tl::unexpected(first.error());
  if (!*first) {
    return base::fail(ErrorCode::invalid,
                      "{}: no frame of the video can be decoded; it is empty or corrupt", path);
  }
  stream->first_ = std::move(*first);
  return stream;
}

VideoStream::VideoStream(std::string path, vision::PreprocessOptions preprocess,
                         const cv::VideoCapture& capture)
    : path_(std::move(path)),
      preprocess_(std::move(preprocess)),
      capture_(capture),
      rate_(believable_rate(capture_.get(cv::CAP_PROP_FPS))) {}

base::Result<std::optional<Frame>> VideoStream::next() {
  if (first_) return std::exchange(first_, std::nullopt);
  return read();
}

base::Result<std::optional<Frame>> VideoStream::read() {
  cv::Mat image;
  try {
    // False at the end, and at damage the decoder cannot get over: it does not tell which.
    if (!capture_.read(image) || image.empty()) return std::nullopt;
  } catch (const std::exception&) {
    return std::nullopt;
  }
  std::string name = fmt::format("{}#{}", path_, count_++);
  auto input = vision::preprocess(image, preprocess_);
  if (!input) return tl::unexpected(base::with_context(name, input.error()));
  return Frame{std::move(name), backend::Tensors{std::move(*input)}};
}

}  // namespace sluice::pipeline
