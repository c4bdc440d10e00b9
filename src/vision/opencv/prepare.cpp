#include "vision/opencv/prepare.hpp"

#include <cmath>

#include "vision/opencv/pixels.hpp"
#include "vision/opencv/preprocess.hpp"

namespace sluice::vision::opencv {
namespace {

bool is_within(const Box& region, const Image& image) {
  // Of what is not a number, all of it is false.
  const auto whole = [](float edge) { return edge == std::floor(edge); };
  return !region.empty() && region.x0 >= 0 && region.y0 >= 0 &&
         region.x1 <= static_cast<float>(image.width()) &&
         region.y1 <= static_cast<float>(image.height()) && whole(region.x0) && whole(region.y0) &&
         whole(region.x1) && whole(region.y1);
}

}  // namespace

base::Result<tensor::Tensor> prepare(const Image& image, const Box& region,
                                     const PreprocessOptions& options) {
  if (!is_within(region, image)) {
    return base::fail(base::ErrorCode::invalid,
                      "the region from ({}, {}) to ({}, {}) is not one of whole pixels within the "
                      "image of {}x{} pixels",
                      region.x0, region.y0, region.x1, region.y1, image.width(), image.height());
  }
  const cv::Rect cut(static_cast<int>(region.x0), static_cast<int>(region.y0),
                     static_cast<int>(region.width()), static_cast<int>(region.height()));
  return preprocess(to_mat(image)(cut), options);
}

}  // namespace sluice::vision::opencv
