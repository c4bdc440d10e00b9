#include "vision/opencv/encode.hpp"

#include <vector>

#include <opencv2/imgcodecs.hpp>

#include "vision/opencv/pixels.hpp"

namespace sluice::vision::opencv {
namespace {

/// The format's own limit.
constexpr int kMaxJpegSide = 65535;

}  // namespace

base::Result<std::string> encode_jpeg(const Image& image, int quality) {
  if (image.empty() || image.width() > kMaxJpegSide || image.height() > kMaxJpegSide) {
    return base::fail(base::ErrorCode::invalid, "an image of {}x{} pixels cannot be a JPEG file",
                      image.width(), image.height());
  }
  std::vector<std::uint8_t> file;
  try {
    cv::imencode(".jpg", to_mat(image), file, {cv::IMWRITE_JPEG_QUALITY, quality});
  } catch (const cv::Exception& error) {
    return base::fail(base::ErrorCode::internal, "the image cannot be written as JPEG: {}",
                      error.what());
  }
  return std::string(file.begin(), file.end());
}

}  // namespace sluice::vision::opencv
