#include "camera/check.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace sluice::camera {
namespace {

using base::ErrorCode;

constexpr int kMostPixelsOfSide = 16'384;
constexpr double kHighestRate = 1000;

base::Status check_size(int width, int height, double rate) {
  const auto fits = [](int side) { return side >= 0 && side <= kMostPixelsOfSide; };
  if (!fits(width) || !fits(height)) {
    return base::fail(ErrorCode::invalid, "a picture of {}x{} pixels: each may be 1 to {}", width,
                      height, kMostPixelsOfSide);
  }
  if (!(rate >= 0 && rate <= kHighestRate)) {
    return base::fail(ErrorCode::invalid, "rate: {} frames per second; it may be 0 to {}", rate,
                      kHighestRate);
  }
  return {};
}

base::Status check_not_empty(const std::string& value, std::string_view option,
                             std::string_view what) {
  if (!value.empty()) return {};
  return base::fail(ErrorCode::invalid, "{} is empty: set it to {}", option, what);
}

base::Status check_source(const ImagesOptions& source) {
  return check_not_empty(source.path, "path", "a folder of images");
}

base::Status check_source(const VideoOptions& source) {
  return check_not_empty(source.path, "path", "a video file");
}

base::Status check_source(const DeviceOptions& source) {
  if (auto path = check_not_empty(source.path, "path", "a device, /dev/video0"); !path) return path;
  return check_size(source.width, source.height, source.rate);
}

base::Status check_source(const PiOptions& source) {
  // It becomes a quoted word of a pipeline.
  if (source.camera.find_first_of("\"\\") != std::string::npos) {
    return base::fail(ErrorCode::invalid, "camera: a name has no quotes and no backslashes");
  }
  if (source.width == 0 || source.height == 0 || source.rate == 0) {
    return base::fail(ErrorCode::invalid, "width, height and rate: none may be 0");
  }
  return check_size(source.width, source.height, source.rate);
}

base::Status check_source(const StreamOptions& source) {
  constexpr std::array<std::string_view, 4> kSchemes{"rtsp://", "rtsps://", "http://", "https://"};
  const bool known = std::ranges::any_of(
      kSchemes, [&](std::string_view scheme) { return source.url.starts_with(scheme); });
  if (known) return {};
  return base::fail(ErrorCode::invalid,
                    "url: it begins with none of rtsp://, rtsps://, http://, "
                    "https://");
}

base::Status check_source(const GstreamerOptions& source) {
  if (source.pipeline.find("appsink") != std::string::npos) return {};
  return base::fail(ErrorCode::invalid,
                    "pipeline: it has no appsink; end it in \"! videoconvert ! "
                    "video/x-raw,format=BGR ! appsink drop=true max-buffers=1\"");
}

base::Status check_source(const PushOptions&) {
  return {};
}

base::Status check_source(const MqttOptions& source) {
  return check_not_empty(source.topic, "topic", "the topic that the sensor publishes at");
}

base::Status check_source(const BleOptions& source) {
  if (source.address.empty() && source.name.empty()) {
    return base::fail(ErrorCode::invalid, "address and name are empty: set one of them");
  }
  if (source.poll < base::Duration::zero()) {
    return base::fail(ErrorCode::invalid, "poll is negative");
  }
  return check_not_empty(source.characteristic, "characteristic", "a UUID");
}

base::Status check_source(const PatternOptions& source) {
  if (source.width == 0 || source.height == 0) {
    return base::fail(ErrorCode::invalid, "width and height: neither may be 0");
  }
  return check_size(source.width, source.height, source.rate);
}

}  // namespace

base::Status check(const CameraOptions& options) {
  if (options.buffer == 0) {
    return base::fail(ErrorCode::invalid, "buffer: it holds at least 1 sample");
  }
  if (options.timeout <= base::Duration::zero()) {
    return base::fail(ErrorCode::invalid, "timeout: it must be longer than 0");
  }
  if (options.backoff.first <= base::Duration::zero() ||
      options.backoff.longest < options.backoff.first) {
    return base::fail(ErrorCode::invalid,
                      "the first wait before connecting anew must be longer than 0, and no longer "
                      "than the longest");
  }
  return std::visit([](const auto& source) { return check_source(source); }, options.source);
}

std::string shown_url(const std::string& url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return "the URL";
  const std::size_t begin = scheme + 3;
  // A password may have a slash that should have been escaped: the host begins behind the last "@".
  const std::size_t user = url.find_last_of('@', url.find('?'));
  const std::size_t host = user == std::string::npos || user < begin ? begin : user + 1;
  return url.substr(0, begin) + url.substr(host, url.find_first_of("/?#", host) - host);
}

}  // namespace sluice::camera
