#include "vision/opencv/pixels.hpp"

#include <vector>

namespace sluice::vision::opencv {

Image to_image(const cv::Mat& bgr) {
  const cv::Mat dense = bgr.isContinuous() ? bgr : bgr.clone();
  return {dense.cols, dense.rows,
          std::vector<std::uint8_t>(dense.data, dense.data + dense.total() * 3)};
}

cv::Mat to_mat(const Image& image) {
  // cv::Mat has no form for pixels that must not change.
  return {image.height(), image.width(), CV_8UC3, const_cast<std::uint8_t*>(image.pixels().data())};
}

}  // namespace sluice::vision::opencv
