// The loadable library: what decoder.hpp promises, with OpenCV.
#include "vision/decoder.hpp"
#include "vision/opencv/capture.hpp"
#include "vision/opencv/draw.hpp"
#include "vision/opencv/encode.hpp"
#include "vision/opencv/image.hpp"
#include "vision/opencv/pixels.hpp"
#include "vision/opencv/prepare.hpp"
#include "vision/opencv/preprocess.hpp"
#include "vision/opencv/video.hpp"

namespace sluice::vision::opencv {
namespace {

class OpencvDecoder final : public Decoder {
 public:
  [[nodiscard]] base::Result<tensor::Tensor> read_image(
      const std::string& path, const PreprocessOptions& options) const override {
    const auto image = load_image(path);
    if (!image) return tl::unexpected(image.error());
    auto input = preprocess(*image, options);
    if (!input) return tl::unexpected(base::with_context(path, input.error()));
    return input;
  }

  [[nodiscard]] base::Result<std::unique_ptr<Video>> open_video(
      const std::string& path) const override {
    return opencv::open_video(path);
  }

  [[nodiscard]] base::Result<Image> decode(std::span<const std::byte> file) const override {
    const auto image = decode_image(file);
    if (!image) return tl::unexpected(image.error());
    return to_image(*image);
  }

  [[nodiscard]] base::Result<std::string> encode_jpeg(const Image& image,
                                                      int quality) const override {
    return opencv::encode_jpeg(image, quality);
  }

  [[nodiscard]] base::Result<tensor::Tensor> prepare(
      const Image& image, const Box& region, const PreprocessOptions& options) const override {
    return opencv::prepare(image, region, options);
  }

  [[nodiscard]] base::Result<Image> draw(const Image& image,
                                         std::span<const Object> objects) const override {
    return opencv::draw(image, objects);
  }

  [[nodiscard]] base::Result<std::unique_ptr<Capture>> open_capture(
      const CaptureOptions& options) const override {
    return opencv::open_capture(options);
  }
};

}  // namespace
}  // namespace sluice::vision::opencv

extern "C" [[gnu::visibility("default")]] const sluice::vision::Decoder* sluice_decoder() {
  static const sluice::vision::opencv::OpencvDecoder decoder;
  return &decoder;
}
