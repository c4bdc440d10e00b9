// Where the samples of a station's camera come from.
#include "config/kinds.hpp"
#include "config/sections.hpp"

namespace sluice::config {
namespace {

using Source = SourceTypeConfig;

template <class Options>
Options& from(Source& s) {
  return std::get<Options>(s.options);
}

Type<int> side() {
  return integer<int>({.minimum = 0, .maximum = 16384});
}

Object<Source> images_source() {
  using O = camera::ImagesOptions;
  auto o = kind<Source>("images", "the image files of a folder", {O{}, {}});
  o.key(
      "path", [](Source & s) -> auto& { return from<O>(s).path; }, path(), "The folder.",
      Need::required);
  o.key(
      "order", [](Source & s) -> auto& { return from<O>(s).order; },
      choice<O::Order>({{O::Order::sorted, "sorted", "by name"},
                        {O::Order::random, "random", "shuffled, anew in each round"}}),
      "Which comes first.");
  o.key(
      "seed", [](Source & s) -> auto& { return from<O>(s).seed; },
      integer<std::uint64_t>({.maximum = std::numeric_limits<std::int64_t>::max()}),
      "Start of the random order.");
  o.key(
      "repeat", [](Source & s) -> auto& { return from<O>(s).repeat; }, boolean(),
      "Whether it begins again after the last.");
  return o;
}

Object<Source> video_source() {
  using O = camera::VideoOptions;
  auto o = kind<Source>("video", "the frames of a video file", {O{}, {}});
  o.key(
      "path", [](Source & s) -> auto& { return from<O>(s).path; }, path(), "The file.",
      Need::required);
  o.key(
      "repeat", [](Source & s) -> auto& { return from<O>(s).repeat; }, boolean(),
      "Whether it begins again after the last frame.");
  o.key(
      "pace", [](Source & s) -> auto& { return from<O>(s).pace; },
      choice<O::Pace>({{O::Pace::realtime, "realtime", "at the file's own rate"},
                       {O::Pace::asap, "asap", "each frame when it is asked for"}}),
      "When frames come.");
  return o;
}

Object<Source> device_source() {
  using O = camera::DeviceOptions;
  auto o =
      kind<Source>("device", "a camera of this machine (V4L2: USB and most others)", {O{}, {}});
  o.key(
      "path", [](Source & s) -> auto& { return from<O>(s).path; }, text(),
      "The device, /dev/video0, or its number.");
  o.key(
      "width", [](Source & s) -> auto& { return from<O>(s).width; }, side(),
      "Asked of the camera; 0: its choice.");
  o.key(
      "height", [](Source & s) -> auto& { return from<O>(s).height; }, side(), "Likewise.");
  o.key(
      "rate", [](Source & s) -> auto& { return from<O>(s).rate; }, rate(between(0, 1000)),
      "Likewise, in frames per time.");
  return o;
}

Object<Source> pi_source() {
  using O = camera::PiOptions;
  auto o = kind<Source>("pi", "the Raspberry Pi's camera, through libcamera", {O{}, {}});
  o.key(
      "width", [](Source & s) -> auto& { return from<O>(s).width; }, side(),
      "Asked of the camera.");
  o.key(
      "height", [](Source & s) -> auto& { return from<O>(s).height; }, side(), "Likewise.");
  o.key(
      "frames_per_second", [](Source & s) -> auto& { return from<O>(s).rate; },
      integer<int>({.minimum = 1, .maximum = 1000}), "Likewise.");
  o.key(
      "camera", [](Source & s) -> auto& { return from<O>(s).camera; }, text(),
      "libcamera's name of it; none: the first.");
  return o;
}

Object<Source> stream_source() {
  auto o = kind<Source>("stream", "a network camera or stream", {camera::StreamOptions{}, {}});
  o.key(
      "url", [](Source & s) -> auto& { return from<camera::StreamOptions>(s).url; }, text(),
      "rtsp://, rtsps://, http:// or https://.", Need::required);
  return o;
}

Object<Source> gstreamer_source() {
  auto o = kind<Source>("gstreamer", "a GStreamer pipeline", {camera::GstreamerOptions{}, {}});
  o.key(
      "pipeline", [](Source & s) -> auto& { return from<camera::GstreamerOptions>(s).pipeline; },
      text(), "Ends in an appsink.", Need::required);
  return o;
}

Object<camera::PayloadOptions> payload() {
  using O = camera::PayloadOptions;
  Object<O> o("payload", "What a message contains.");
  o.key(
      "format", [](O & p) -> auto& { return p.format; },
      choice<O::Format>({{O::Format::image, "image", "an image file"},
                         {O::Format::base64, "base64", "an image file in base64"},
                         {O::Format::json, "json", "an object or list of numbers"},
                         {O::Format::array, "array", "a JSON list, or little-endian floats"}}),
      "Its form.");
  o.key(
      "keys", [](O & p) -> auto& { return p.keys; }, list(text()),
      "`json`: the object's members to take, in this order; none: all numbers, by name.");
  return o;
}

Object<Source> mqtt_source() {
  using O = camera::MqttOptions;
  auto o = kind<Source>("mqtt", "the messages of an MQTT topic", {O{}, {}});
  o.key(
      "broker", [](Source & s) -> auto& { return s.broker; }, text(),
      "mqtt://[USER:PASSWORD@]HOST[:PORT] or mqtts://.", Need::required);
  o.key(
      "topic", [](Source & s) -> auto& { return from<O>(s).topic; }, text(),
      "May have wildcards (+, #).", Need::required);
  o.key(
      "qos", [](Source & s) -> auto& { return from<O>(s).qos; },
      integer<int>({.minimum = 0, .maximum = 2}), "Quality of service.");
  o.key(
      "payload", [](Source & s) -> auto& { return from<O>(s).payload; }, object(payload()),
      "What a message contains.");
  return o;
}

Object<Source> ble_source() {
  using O = camera::BleOptions;
  auto o = kind<Source>("ble", "a characteristic of a Bluetooth Low Energy device", {O{}, {}});
  o.key(
      "adapter", [](Source & s) -> auto& { return from<O>(s).adapter; }, text(),
      "hci0, ...; none: any.");
  o.key(
      "address", [](Source & s) -> auto& { return from<O>(s).address; }, text(),
      "The device's address; none: found by `name`.");
  o.key(
      "name", [](Source & s) -> auto& { return from<O>(s).name; }, text(),
      "A part of the device's name.");
  o.key(
      "service", [](Source & s) -> auto& { return from<O>(s).service; }, text(),
      "UUID of the service; none: any that has the characteristic.");
  o.key(
      "characteristic", [](Source & s) -> auto& { return from<O>(s).characteristic; }, text(),
      "Its UUID.", Need::required);
  o.key(
      "poll", [](Source & s) -> auto& { return from<O>(s).poll; }, duration(),
      "Between reads; 0: the device notifies.");
  o.key(
      "payload", [](Source & s) -> auto& { return from<O>(s).payload; }, object(payload()),
      "What a value contains.");
  o.rule([](const Node& node, Source& s, Reader& reader) {
    if (!from<O>(s).address.empty() || !from<O>(s).name.empty()) return;
    reader.problem(node, "which device? give `address` or a part of its `name`");
  });
  return o;
}

Object<Source> pattern_source() {
  using O = camera::PatternOptions;
  auto o = kind<Source>("pattern", "a moving test picture", {O{}, {}});
  o.key(
      "width", [](Source & s) -> auto& { return from<O>(s).width; },
      integer<int>({.minimum = 16, .maximum = 8192}), "In pixels.");
  o.key(
      "height", [](Source & s) -> auto& { return from<O>(s).height; },
      integer<int>({.minimum = 16, .maximum = 8192}), "In pixels.");
  o.key(
      "rate", [](Source & s) -> auto& { return from<O>(s).rate; }, rate(between(0, 1000)),
      "Frames per time; 0/s: whenever one is asked for.");
  return o;
}

}  // namespace

Type<SourceTypeConfig> camera_source_type() {
  static const auto type = kinds<Source>(
      {images_source(), video_source(), device_source(), pi_source(), stream_source(),
       gstreamer_source(),
       kind<Source>("push", "images that clients send to the daemon", {camera::PushOptions{}, {}}),
       mqtt_source(), ble_source(), pattern_source()});
  return type;
}

}  // namespace sluice::config
