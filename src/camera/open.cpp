#include "camera/open.hpp"

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "camera/buffered_camera.hpp"
#include "camera/capture_feed.hpp"
#include "camera/check.hpp"
#include "camera/feed_camera.hpp"
#include "camera/gatt_feed.hpp"
#include "camera/image_feed.hpp"
#include "camera/mqtt_camera.hpp"
#include "camera/pattern.hpp"
#include "camera/push_camera.hpp"
#include "vision/image_folder.hpp"

namespace sluice::camera {
namespace {

using base::ErrorCode;
using Opened = base::Result<std::unique_ptr<Camera>>;
using Kind = vision::CaptureOptions::Kind;

std::string pi_pipeline(const PiOptions& source) {
  const std::string name =
      source.camera.empty() ? "" : fmt::format(" camera-name=\"{}\"", source.camera);
  return fmt::format(
      "libcamerasrc{} ! video/x-raw,width={},height={},framerate={}/1 ! videoconvert ! "
      "video/x-raw,format=BGR ! appsink drop=true max-buffers=1 sync=false",
      name, source.width, source.height, source.rate);
}

bool has_image(const PayloadOptions& payload) {
  return payload.format == PayloadOptions::Format::image ||
         payload.format == PayloadOptions::Format::base64;
}

class CameraOpener {
 public:
  CameraOpener(const CameraOptions& options, const base::Clock& clock, const Parts& parts)
      : options_(options), clock_(clock), parts_(parts) {}

  Opened operator()(const ImagesOptions& source) const {
    auto paths = vision::list_images(source.path);
    if (!paths) return tl::unexpected(std::move(paths.error()));
    const auto decoder = parts_.decoder();
    if (!decoder) return tl::unexpected(decoder.error());
    return at_pace_of_reader(
        std::make_unique<ImageFeed>(std::move(*paths), source, **decoder, clock_));
  }

  Opened operator()(const VideoOptions& source) const {
    std::error_code error;
    const auto status = std::filesystem::status(source.path, error);
    if (!std::filesystem::exists(status)) {
      return base::fail(ErrorCode::not_found,
                        "{}: no such file; set the source's path to a video file", source.path);
    }
    if (!std::filesystem::is_regular_file(status)) {
      return base::fail(ErrorCode::invalid,
                        "{}: not a video file; for a folder of images set type: images",
                        source.path);
    }
    const auto decoder = parts_.decoder();
    if (!decoder) return tl::unexpected(decoder.error());
    auto feed = VideoFeed::start(
        source,
        [decoder = *decoder, path = source.path] {
          return decoder->open_capture({.kind = Kind::file, .source = path});
        },
        clock_);
    if (!feed) return tl::unexpected(std::move(feed.error()));
    auto camera = at_pace_of_reader(std::move(*feed));
    if (source.pace == VideoOptions::Pace::asap) return camera;
    return buffered(std::move(camera), BufferedCamera::Keep::every);
  }

  Opened operator()(const DeviceOptions& source) const {
    return live({.kind = Kind::device,
                 .source = source.path,
                 .width = source.width,
                 .height = source.height,
                 .rate = source.rate,
                 .timeout = options_.timeout},
                source.path);
  }
  Opened operator()(const PiOptions& source) const {
    return live(
        {.kind = Kind::gstreamer, .source = pi_pipeline(source), .timeout = options_.timeout},
        "the Raspberry Pi's camera (libcamerasrc)");
  }
  Opened operator()(const StreamOptions& source) const {
    return live({.kind = Kind::stream, .source = source.url, .timeout = options_.timeout},
                shown_url(source.url));
  }
  Opened operator()(const GstreamerOptions& source) const {
    return live({.kind = Kind::gstreamer, .source = source.pipeline, .timeout = options_.timeout},
                "the GStreamer pipeline");
  }

  Opened operator()(const PushOptions&) const {
    return std::make_unique<PushCamera>(options_.name, options_.frames, options_.buffer);
  }

  Opened operator()(const MqttOptions& source) const {
    if (!parts_.mqtt) return base::fail(ErrorCode::internal, "it has no MQTT client");
    const auto decoder = decoder_for(source.payload);
    if (!decoder) return tl::unexpected(decoder.error());
    auto camera = MqttCamera::open(options_.name, source, options_.frames, options_.buffer,
                                   parts_.mqtt, *decoder, clock_);
    if (!camera) return tl::unexpected(std::move(camera.error()));
    return std::move(*camera);
  }

  Opened operator()(const BleOptions& source) const {
    const auto gatt = parts_.gatt();
    if (!gatt) return tl::unexpected(gatt.error());
    const auto decoder = decoder_for(source.payload);
    if (!decoder) return tl::unexpected(decoder.error());
    return connected([gatt = *gatt, decoder = *decoder, source, options = options_,
                      &clock = clock_]() -> base::Result<std::unique_ptr<Feed>> {
      auto link = gatt->connect(source, options.timeout);
      if (!link) return tl::unexpected(std::move(link.error()));
      return std::make_unique<GattFeed>(options.name, std::move(*link), source.payload, decoder,
                                        clock);
    });
  }

  Opened operator()(const PatternOptions& source) const {
    auto camera = at_pace_of_reader(std::make_unique<PatternFeed>(options_.name, source, clock_));
    if (source.rate == 0) return camera;
    return buffered(std::move(camera), BufferedCamera::Keep::every_live);
  }

 private:
  base::Result<const vision::Decoder*> decoder_for(const PayloadOptions& payload) const {
    if (!has_image(payload)) return nullptr;
    return parts_.decoder();
  }

  Opened live(vision::CaptureOptions capture, std::string shown) const {
    const auto decoder = parts_.decoder();
    if (!decoder) return tl::unexpected(decoder.error());
    return connected([decoder = *decoder, capture = std::move(capture), shown = std::move(shown),
                      name = options_.name,
                      &clock = clock_]() -> base::Result<std::unique_ptr<Feed>> {
      auto opened = decoder->open_capture(capture);
      if (!opened) return tl::unexpected(base::with_context(shown, std::move(opened.error())));
      return std::make_unique<CaptureFeed>(name, std::move(*opened), clock);
    });
  }

  std::unique_ptr<Camera> at_pace_of_reader(std::unique_ptr<Feed> feed) const {
    return std::make_unique<FeedCamera>(options_.name, std::move(feed), options_.backoff, clock_);
  }

  std::unique_ptr<Camera> connected(Connect connect) const {
    return buffered(
        std::make_unique<FeedCamera>(options_.name, std::move(connect), options_.backoff, clock_),
        BufferedCamera::Keep::every_live);
  }

  std::unique_ptr<Camera> buffered(std::unique_ptr<Camera> camera,
                                   BufferedCamera::Keep keep_every) const {
    if (options_.frames == Frames::latest) return latest_camera(options_.name, std::move(camera));
    return std::make_unique<BufferedCamera>(options_.name, std::move(camera), keep_every,
                                            options_.buffer);
  }

  const CameraOptions& options_;
  const base::Clock& clock_;
  const Parts& parts_;
};

}  // namespace

base::Result<std::unique_ptr<Camera>> open(const CameraOptions& options, const base::Clock& clock,
                                           const Parts& parts) {
  auto checked = check(options);
  auto camera = checked ? std::visit(CameraOpener(options, clock, parts), options.source)
                        : Opened(tl::unexpected(std::move(checked.error())));
  if (!camera) {
    return tl::unexpected(base::with_context("camera " + options.name, std::move(camera.error())));
  }
  return camera;
}

}  // namespace sluice::camera
