#include "camera/capture_feed.hpp"

#include <algorithm>
#include <utility>

namespace sluice::camera {
namespace {

using base::ErrorCode;

// Of a file that does not say.
constexpr double kUsualRate = 25;

}  // namespace

base::Result<std::optional<Sample>> CaptureFeed::next(base::Duration) {
  auto image = capture_->next();
  if (!image) return tl::unexpected(std::move(image.error()));
  if (!*image) return std::nullopt;
  return Sample{fmt::format("{}#{}", name_, count_++), clock_.now(), std::move(**image)};
}

base::Result<std::unique_ptr<VideoFeed>> VideoFeed::start(const VideoOptions& options, Open open,
                                                          const base::Clock& clock) {
  auto capture = open();
  if (!capture) return tl::unexpected(std::move(capture.error()));
  return std::unique_ptr<VideoFeed>(
      new VideoFeed(options, std::move(open), std::move(*capture), clock));
}

VideoFeed::VideoFeed(const VideoOptions& options, Open open,
                     std::unique_ptr<vision::Capture> capture, const base::Clock& clock)
    : options_(options), open_(std::move(open)), capture_(std::move(capture)), clock_(clock) {
  if (options_.pace == VideoOptions::Pace::realtime) {
    const double rate = capture_->rate();
    period_ = base::from_seconds(1 / (rate > 0 ? rate : kUsualRate));
  }
}

base::Result<std::optional<Sample>> VideoFeed::next(base::Duration timeout) {
  base::Time now = clock_.now();
  if (!due_) due_ = now;
  if (*due_ > now) {
    interrupter_.wait(std::min(timeout, *due_ - now));
    now = clock_.now();
    if (*due_ > now) return base::fail(ErrorCode::unavailable, "the next frame is not due yet");
  }
  auto image = read();
  if (!image) return tl::unexpected(std::move(image.error()));
  if (!*image) return std::nullopt;
  // Whoever is late by more than a frame does not catch up in a burst.
  due_ = std::max(*due_, now - period_) + period_;
  return Sample{fmt::format("{}#{}", options_.path, count_++), now, std::move(**image)};
}

base::Result<std::optional<vision::Image>> VideoFeed::read() {
  auto image = capture_->next();
  if (!image || *image || !options_.repeat) return image;
  auto again = open_();
  if (!again) return base::fail(ErrorCode::io, "{}", again.error().message);
  capture_ = std::move(*again);
  count_ = 0;
  // Once more at its end: the file has lost its frames.
  return capture_->next();
}

}  // namespace sluice::camera
