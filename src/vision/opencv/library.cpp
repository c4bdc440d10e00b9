// The loadable library: what decoder.hpp promises, with OpenCV.
#include "vision/decoder.hpp"
#include "vision/opencv/image.hpp"
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
};

}  // namespace
}  // namespace sluice::vision::opencv

extern "C" [[gnu::visibility("default")]] const sluice::vision::Decoder* sluice_decoder() {
  static const sluice::vision::opencv::OpencvDecoder decoder;
  return &decoder;
}
