#include "vision/opencv/encode.hpp"

#include <exception>
#include <vector>

#include <opencv2/imgcodecs.hpp>

#include "vision/opencv/pixels.hpp"
#include "vision/opencv/set_up.hpp"

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
  if (quality < 1 || quality > 100) {
    return base::fail(base::ErrorCode::invalid, "the JPEG quality is {}, not within 1..100",
                      quality);
  }
  set_up_opencv();
  std::vector<std::uint8_t> file;
  try {
    if (cv::imencode(".jpg", to_mat(image), file, {cv::IMWRITE_JPEG_QUALITY, quality})) {
      return std::string(file.begin(), file.end());
    }
  } catch (const std::exception& error) {
    return base::fail(base::ErrorCode::internal, "the image cannot be written as JPEG: {}",
                      error.what());
  }
  return base::fail(base::ErrorCode::internal, "the image cannot be written as JPEG");
}

}  // namespace sluice::vision::opencv
