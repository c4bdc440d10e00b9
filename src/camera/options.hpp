// Where a camera's samples come from, and which of them are wanted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "camera/backoff.hpp"

namespace sluice::camera {

/// The image files of a folder, not of its sub-folders.
struct ImagesOptions {
  enum class Order : std::uint8_t { sorted, random };
  std::string path{};
  Order order = Order::sorted;
  std::uint64_t seed = 0;  ///< of the random order: the same seed, the same order
  bool repeat = true;      ///< in another order, where it is random
};

struct VideoOptions {
  enum class Pace : std::uint8_t {
    realtime,  ///< frames come at the file's own rate
    asap,      ///< each frame when it is asked for
  };
  std::string path{};
  bool repeat = false;
  Pace pace = Pace::realtime;
};

/// A camera of this machine (V4L2: USB cameras and most others).
struct DeviceOptions {
  std::string path = "/dev/video0";  ///< or its number, "0"
  int width = 0;                     ///< 0: the camera's choice
  int height = 0;
  double rate = 0;
};

/// The Raspberry Pi's camera, through libcamera and GStreamer.
struct PiOptions {
  int width = 1280;
  int height = 720;
  int rate = 30;         ///< frames per second
  std::string camera{};  ///< libcamera's name of it; empty: the first
};

struct StreamOptions {
  std::string url{};  ///< rtsp, rtsps, http or https
};

struct GstreamerOptions {
  std::string pipeline{};  ///< ends in an appsink that takes BGR
};

/// Samples come in requests to the daemon: PushCamera::push().
struct PushOptions {};

/// What a message of a sensor contains.
struct PayloadOptions {
  enum class Format : std::uint8_t {
    image,   ///< an image file
    base64,  ///< an image file in base64, with or without "data:...;base64," before it
    json,    ///< an object with numbers, an array of numbers, or a number
    array,   ///< a JSON array of numbers, or else little-endian 32-bit floats
  };
  Format format = Format::image;
  /// json: the object's members to take, in this order; empty: all that are numbers, in the order
  /// of their names.
  std::vector<std::string> keys{};
};

struct MqttOptions {
  std::string topic{};  ///< may have wildcards
  int qos = 0;
  PayloadOptions payload{};
};

/// A characteristic of a Bluetooth Low Energy device, through BlueZ.
struct BleOptions {
  std::string adapter{};         ///< "hci0"; empty: any
  std::string address{};         ///< "AA:BB:CC:DD:EE:FF"; empty: found by name
  std::string name{};            ///< a part of the device's name
  std::string service{};         ///< UUID; empty: any that has the characteristic
  std::string characteristic{};  ///< UUID
  /// Between reads; 0: the device notifies.
  base::Duration poll{};
  PayloadOptions payload{PayloadOptions::Format::json, {}};
};

/// A moving picture with the frame's number on it: to try things without a camera.
struct PatternOptions {
  int width = 640;
  int height = 480;
  double rate = 10;  ///< frames per second; 0: a frame whenever one is asked for
};

using SourceOptions =
    std::variant<ImagesOptions, VideoOptions, DeviceOptions, PiOptions, StreamOptions,
                 GstreamerOptions, PushOptions, MqttOptions, BleOptions, PatternOptions>;

/// Which samples next() gives, where they come by themselves.
enum class Frames : std::uint8_t {
  latest,  ///< the newest; a newer one replaces it
  every,   ///< each in turn, out of a buffer
};

struct CameraOptions {
  std::string name{};  ///< in messages and in the names of samples
  SourceOptions source{};
  Frames frames = Frames::latest;
  /// every: samples that may wait, at least 1. When it is full, a file waits, a push is refused,
  /// and the oldest sample of a live camera is dropped.
  std::size_t buffer = 8;
  /// For connecting, and the longest silence of a stream before it counts as lost.
  base::Duration timeout{std::chrono::seconds(5)};
  BackoffOptions backoff{};
};

}  // namespace sluice::camera
