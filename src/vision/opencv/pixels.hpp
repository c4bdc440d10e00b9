// Images of the program as OpenCV's, and back.
#pragma once

#include <opencv2/core/mat.hpp>

#include "vision/image.hpp"

namespace sluice::vision::opencv {

/// A copy; `bgr` is 8-bit with three channels.
Image to_image(const cv::Mat& bgr);

/// The image's own pixels, not a copy: valid as long as the image, and not to be written to.
cv::Mat to_mat(const Image& image);

}  // namespace sluice::vision::opencv
