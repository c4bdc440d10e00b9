#include "vision/opencv/capture.hpp"

#include <algorithm>
#include <chrono>
#include <climits>
#include <utility>
#include <vector>

#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

#include "vision/opencv/image.hpp"
#include "vision/opencv/pixels.hpp"
#include "vision/opencv/set_up.hpp"
#include "vision/opencv/video.hpp"
#include "vision/opencv/watched_reader.hpp"

namespace sluice::vision::opencv {
namespace {

using base::ErrorCode;

base::Result<std::optional<Image>> to_frame(const cv::Mat& frame) {
  if (frame.total() > kMaxPixels) {
    return base::fail(ErrorCode::invalid, "a frame of {}x{} has more than {} megapixels",
                      frame.cols, frame.rows, kMaxPixels / 1'000'000);
  }
  if (frame.type() == CV_8UC3) return to_image(frame);
  cv::Mat bgr;
  if (frame.type() == CV_8UC1) {
    cv::cvtColor(frame, bgr, cv::COLOR_GRAY2BGR);
  } else if (frame.type() == CV_8UC4) {
    cv::cvtColor(frame, bgr, cv::COLOR_BGRA2BGR);
  } else {
    return base::fail(ErrorCode::invalid,
                      "the frames are neither BGR, BGRA nor grey with 8 bits; convert them before");
  }
  return to_image(bgr);
}

class FileCapture final : public Capture {
 public:
  explicit FileCapture(const cv::VideoCapture& capture)
      : capture_(capture), rate_(rate_of(capture_)) {}

  [[nodiscard]] double rate() const override { return rate_; }

  base::Result<std::optional<Image>> next() override {
    cv::Mat frame;
    try {
      // False at the end, and at damage the decoder cannot get over: it does not tell which.
      if (!capture_.read(frame) || frame.empty()) return std::nullopt;
    } catch (const std::exception&) {
      return std::nullopt;
    }
    return to_frame(frame);
  }

 private:
  cv::VideoCapture capture_;
  double rate_;
};

class LiveCapture final : public Capture {
 public:
  LiveCapture(std::unique_ptr<WatchedReader> reader, double rate)
      : reader_(std::move(reader)), rate_(rate) {}

  [[nodiscard]] double rate() const override { return rate_; }

  base::Result<std::optional<Image>> next() override {
    const auto frame = reader_->read();
    if (!frame) return std::nullopt;
    return to_frame(*frame);
  }

 private:
  std::unique_ptr<WatchedReader> reader_;
  double rate_;
};

cv::VideoCapture open_stream(const CaptureOptions& options) {
  const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(options.timeout).count();
  const int ms = static_cast<int>(std::clamp<std::int64_t>(limit, 1, INT_MAX));
  const std::vector<int> limits{cv::CAP_PROP_OPEN_TIMEOUT_MSEC, ms, cv::CAP_PROP_READ_TIMEOUT_MSEC,
                                ms};
  return cv::VideoCapture(options.source, cv::CAP_FFMPEG, limits);
}

cv::VideoCapture open_device(const CaptureOptions& options) {
  const bool number =
      !options.source.empty() && options.source.size() < 4 &&
      std::ranges::all_of(options.source, [](char c) { return c >= '0' && c <= '9'; });
  cv::VideoCapture capture;
  if (number) {
    capture.open(std::stoi(options.source), cv::CAP_V4L2);
  } else {
    capture.open(options.source, cv::CAP_V4L2);
  }
  if (!capture.isOpened()) return capture;
  // Uncompressed pictures of that size would not fit through USB 2 at a useful rate.
  if (options.width >= 1280) {
    capture.set(cv::CAP_PROP_FOURCC, cv::VideoWriter::fourcc('M', 'J', 'P', 'G'));
  }
  // What the camera cannot do it replaces by the nearest that it can.
  if (options.width > 0) capture.set(cv::CAP_PROP_FRAME_WIDTH, options.width);
  if (options.height > 0) capture.set(cv::CAP_PROP_FRAME_HEIGHT, options.height);
  if (options.rate > 0) capture.set(cv::CAP_PROP_FPS, options.rate);
  return capture;
}

cv::VideoCapture open_live(const CaptureOptions& options) {
  switch (options.kind) {
    case CaptureOptions::Kind::device:
      return open_device(options);
    case CaptureOptions::Kind::gstreamer:
      return cv::VideoCapture(options.source, cv::CAP_GSTREAMER);
    case CaptureOptions::Kind::stream:
    case CaptureOptions::Kind::file:
      break;
  }
  return open_stream(options);
}

}  // namespace

base::Result<std::unique_ptr<Capture>> open_capture(const CaptureOptions& options) {
  set_up_opencv();
  if (options.kind == CaptureOptions::Kind::file) {
    const auto capture = open_video_file(options.source);
    if (!capture) return tl::unexpected(capture.error());
    return std::make_unique<FileCapture>(*capture);
  }
  auto reader =
      std::make_unique<WatchedReader>([options] { return open_live(options); }, options.timeout);
  const auto opened = reader->opened();
  if (!opened) {
    if (reader->timed_out()) {
      return base::fail(ErrorCode::unavailable, "no answer within {:.1f} s",
                        base::to_seconds(options.timeout));
    }
    return base::fail(ErrorCode::unavailable,
                      "it cannot be opened: it is not there, is in use, or refuses the connection");
  }
  if (opened->pixels > static_cast<double>(kMaxPixels)) {
    return base::fail(ErrorCode::invalid, "its frames have more than {} megapixels",
                      kMaxPixels / 1'000'000);
  }
  return std::make_unique<LiveCapture>(std::move(reader), opened->rate);
}

}  // namespace sluice::vision::opencv
