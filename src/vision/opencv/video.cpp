#include "vision/opencv/video.hpp"

#include <cmath>
#include <exception>

#include <opencv2/videoio/registry.hpp>

#include "vision/opencv/image.hpp"
#include "vision/opencv/preprocess.hpp"
#include "vision/opencv/set_up.hpp"

namespace sluice::vision::opencv {
namespace {

using base::ErrorCode;

// Tries what reads video files only: OpenCV's own choice would go on to cameras and numbered
// images. GStreamer comes in where OpenCV was built without FFmpeg (it is slow to give up).
cv::VideoCapture open_file(const std::string& path) {
  cv::VideoCapture capture;
  const bool ffmpeg = cv::videoio_registry::hasBackend(cv::CAP_FFMPEG);
  if (capture.open(path, ffmpeg ? cv::CAP_FFMPEG : cv::CAP_GSTREAMER)) return capture;
  capture.open(path, cv::CAP_OPENCV_MJPEG);
  return capture;
}

class CapturedVideo final : public Video {
 public:
  explicit CapturedVideo(const cv::VideoCapture& capture)
      : capture_(capture), rate_(rate_of(capture_)) {}

  [[nodiscard]] double rate() const override { return rate_; }

  base::Result<std::optional<tensor::Tensor>> next(const PreprocessOptions& options) override {
    cv::Mat image;
    try {
      // False at the end, and at damage the decoder cannot get over: it does not tell which.
      if (!capture_.read(image) || image.empty()) return std::nullopt;
    } catch (const std::exception&) {
      return std::nullopt;
    }
    return preprocess(image, options);
  }

 private:
  cv::VideoCapture capture_;
  double rate_;
};

}  // namespace

double rate_of(const cv::VideoCapture& capture) {
  const double rate = capture.get(cv::CAP_PROP_FPS);
  // Containers without a rate give 0, NaN or their time base (90000).
  return std::isfinite(rate) && rate > 0 && rate <= 1000 ? rate : 0;
}

base::Result<cv::VideoCapture> open_video_file(const std::string& path) {
  set_up_opencv();
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
  if (pixels > static_cast<double>(kMaxPixels)) {
    return base::fail(ErrorCode::invalid, "{}: the video's frames have more than {} megapixels",
                      path, kMaxPixels / 1'000'000);
  }
  return capture;
}

base::Result<std::unique_ptr<Video>> open_video(const std::string& path) {
  const auto capture = open_video_file(path);
  if (!capture) return tl::unexpected(capture.error());
  return std::make_unique<CapturedVideo>(*capture);
}

}  // namespace sluice::vision::opencv
