#include "vision/transform.hpp"

#include <algorithm>
#include <cmath>

namespace sluice::vision {
namespace {

int whole_pixels(double side, int most) {
  return static_cast<int>(std::clamp(std::round(side), 1.0, static_cast<double>(most)));
}

// The size of the model's input for an image of that size.
void set_model_size(Transform& out, const PreprocessOptions& options) {
  const double width = out.image_width;
  const double height = out.image_height;
  out.model_width = options.width;
  out.model_height = options.height;
  if (options.width == 0 && options.height == 0) {
    out.model_width = out.image_width;
    out.model_height = out.image_height;
  } else if (options.width == 0) {
    out.model_width = whole_pixels(width * options.height / height, kMaxSide);
  } else if (options.height == 0) {
    out.model_height = whole_pixels(height * options.width / width, kMaxSide);
  }
}

void set_letterbox(Transform& out, Align align) {
  const double ratio = std::min(static_cast<double>(out.model_width) / out.image_width,
                                static_cast<double>(out.model_height) / out.image_height);
  out.inner_width = whole_pixels(out.image_width * ratio, out.model_width);
  out.inner_height = whole_pixels(out.image_height * ratio, out.model_height);
  if (align == Align::start) return;
  out.left = (out.model_width - out.inner_width) / 2;
  out.top = (out.model_height - out.inner_height) / 2;
}

float map(float value, double offset_before, double scale, double offset_after) {
  return static_cast<float>((value - offset_before) * scale + offset_after);
}

}  // namespace

base::Result<Transform> transform(const PreprocessOptions& options, int image_width,
                                  int image_height) {
  if (image_width < 1 || image_height < 1) {
    return base::fail(base::ErrorCode::invalid, "the image has {}x{} pixels", image_width,
                      image_height);
  }
  Transform out;
  out.image_width = image_width;
  out.image_height = image_height;
  set_model_size(out, options);
  if (options.resize == Resize::none &&
      (out.model_width != image_width || out.model_height != image_height)) {
    return base::fail(base::ErrorCode::invalid,
                      "the image has {}x{} pixels and the model wants {}x{}; resize is none: make "
                      "it stretch or letterbox",
                      image_width, image_height, out.model_width, out.model_height);
  }
  out.inner_width = out.model_width;
  out.inner_height = out.model_height;
  if (options.resize == Resize::letterbox) set_letterbox(out, options.align);
  return out;
}

Box to_image(const Box& box, const Transform& transform) {
  const double x = static_cast<double>(transform.image_width) / transform.inner_width;
  const double y = static_cast<double>(transform.image_height) / transform.inner_height;
  return {map(box.x0, transform.left, x, 0), map(box.y0, transform.top, y, 0),
          map(box.x1, transform.left, x, 0), map(box.y1, transform.top, y, 0)};
}

Box to_model(const Box& box, const Transform& transform) {
  const double x = static_cast<double>(transform.inner_width) / transform.image_width;
  const double y = static_cast<double>(transform.inner_height) / transform.image_height;
  return {map(box.x0, 0, x, transform.left), map(box.y0, 0, y, transform.top),
          map(box.x1, 0, x, transform.left), map(box.y1, 0, y, transform.top)};
}

}  // namespace sluice::vision
