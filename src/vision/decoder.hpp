// Image and video files as pixels and model inputs, and back. What does it (OpenCV and the
// hundreds of libraries behind it) is a library of its own, src/vision/opencv/, which is loaded
// when first needed: a daemon that only serves tensors does without.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "tensor/tensor.hpp"
#include "vision/box.hpp"
#include "vision/image.hpp"
#include "vision/object.hpp"
#include "vision/preprocess_options.hpp"

namespace sluice::vision {

/// An open video file. Not thread-safe.
class Video {
 public:
  virtual ~Video() = default;
  /// The file's own frames per second; 0: it does not say.
  [[nodiscard]] virtual double rate() const = 0;
  /// The next frame as a model's input; nullopt: the end, or damage that cannot be got over.
  /// Errors: the frame does not fit the options.
  virtual base::Result<std::optional<tensor::Tensor>> next(const PreprocessOptions& options) = 0;
};

/// An open camera, stream or video file. Not thread-safe.
class Capture {
 public:
  virtual ~Capture() = default;
  /// Frames per second as the source says; 0: it does not.
  [[nodiscard]] virtual double rate() const = 0;
  /// Waits for the next frame, at most for the timeout; nullopt: the end of a file, or a connection
  /// that is lost. Error (invalid): a frame that is too large, or of a kind that is not read.
  virtual base::Result<std::optional<Image>> next() = 0;
};

struct CaptureOptions {
  enum class Kind : std::uint8_t {
    file,       ///< a video file
    device,     ///< a camera of this machine: "/dev/video0" or its number
    stream,     ///< a URL: rtsp, http, https
    gstreamer,  ///< a GStreamer pipeline that ends in an appsink
  };
  Kind kind = Kind::file;
  std::string source{};
  int width = 0;  ///< asked of a device; 0: its own
  int height = 0;
  double rate = 0;                                  ///< asked of a device; 0: its own
  base::Duration timeout{std::chrono::seconds(5)};  ///< for connecting, and for each frame
};

/// Thread-safe.
class Decoder {
 public:
  virtual ~Decoder() = default;
  /// An image file as a model's input. Errors name the file: it cannot be read or decoded, or
  /// does not fit the options.
  [[nodiscard]] virtual base::Result<tensor::Tensor> read_image(
      const std::string& path, const PreprocessOptions& options) const = 0;
  /// Errors name the file: not a video that this build of OpenCV reads, frames too large.
  [[nodiscard]] virtual base::Result<std::unique_ptr<Video>> open_video(
      const std::string& path) const = 0;

  /// The pixels of an image file in memory, upright. Errors (invalid): corrupt, cut off, no known
  /// format, no pixels or too many of them (found before decoding).
  [[nodiscard]] virtual base::Result<Image> decode(std::span<const std::byte> file) const = 0;
  /// A JPEG file of it. `quality` is 1 to 100. Errors (invalid): another quality, an image without
  /// pixels, or one larger than the format can hold.
  [[nodiscard]] virtual base::Result<std::string> encode_jpeg(const Image& image,
                                                              int quality) const = 0;
  /// A region of an image, its edges on whole pixels within the image and not empty, as a model's
  /// input. Errors (invalid): another region; the options.
  [[nodiscard]] virtual base::Result<tensor::Tensor> prepare(
      const Image& image, const Box& region, const PreprocessOptions& options) const = 0;

  /// Connects, at most for the timeout. Errors (they do not name the source, which may hold a
  /// password): unavailable (nothing there, no answer in time); invalid (a video file that this
  /// build cannot read).
  [[nodiscard]] virtual base::Result<std::unique_ptr<Capture>> open_capture(
      const CaptureOptions& options) const = 0;
  /// A copy with the boxes, labels, scores and texts of the objects on it, in a size that suits the
  /// image. What an object without a box says stands at its parent's, if that is among the objects
  /// and has one, else in the upper left corner. The font has ASCII: other characters become "?".
  /// Error (invalid): an image without pixels.
  [[nodiscard]] virtual base::Result<Image> draw(const Image& image,
                                                 std::span<const Object> objects) const = 0;
};

/// The decoder, loaded on first use and kept until the process ends. Error (unsupported): its
/// library is not installed, or one that it needs. Thread-safe.
base::Result<const Decoder*> decoder();

}  // namespace sluice::vision
