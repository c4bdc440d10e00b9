#include "camera/check.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

#include "mqtt/topic.hpp"

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
  const bool known = std::ranges::any_of(kSchemes, [&](std::string_view scheme) {
    return source.url.starts_with(scheme) && source.url.size() > scheme.size() &&
           source.url[scheme.size()] != '/';
  });
  if (known) return {};
  return base::fail(ErrorCode::invalid,
                    "url: it must be rtsp://, rtsps://, http:// or https:// and a host");
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
  if (auto topic = check_not_empty(source.topic, "topic", "where the sensor publishes"); !topic) {
    return topic;
  }
  if (auto filter = mqtt::check_filter(source.topic); !filter) {
    return tl::unexpected(base::with_context("topic", filter.error()));
  }
  return {};
}

bool is_uuid(std::string_view text) {
  constexpr std::array<std::size_t, 4> kDashes{8, 13, 18, 23};
  if (text.size() != 4 && text.size() != 8 && text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = text.size() == 36 && std::ranges::find(kDashes, i) != kDashes.end();
    if (dash ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0) {
      return false;
    }
  }
  return true;
}

bool is_device_address(std::string_view text) {
  if (text.size() != 17) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i % 3 == 2 ? text[i] != ':' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0) {
      return false;
    }
  }
  return true;
}

base::Status check_source(const BleOptions& source) {
  if (source.address.empty() && source.name.empty()) {
    return base::fail(ErrorCode::invalid, "address and name are empty: set one of them");
  }
  if (source.poll < base::Duration::zero()) {
    return base::fail(ErrorCode::invalid, "poll is negative");
  }
  if (!source.address.empty() && !is_device_address(source.address)) {
    return base::fail(ErrorCode::invalid, "address: '{}' is not like AA:BB:CC:DD:EE:FF",
                      source.address);
  }
  for (const auto& [option, uuid] :
       {std::pair("service", source.service), std::pair("characteristic", source.characteristic)}) {
    if (is_uuid(uuid) || (uuid.empty() && option == std::string_view("service"))) continue;
    return base::fail(ErrorCode::invalid,
                      "{}: '{}' is no UUID, such as 2a37 or "
                      "00002a37-0000-1000-8000-00805f9b34fb",
                      option, uuid);
  }
  return {};
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
