#include "vision/opencv/preprocess.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include <opencv2/imgproc.hpp>

#include "vision/opencv/set_up.hpp"
#include "vision/transform.hpp"

namespace sluice::vision::opencv {
namespace {

using tensor::DType;

std::size_t channels_of(ColorOrder color) {
  return color == ColorOrder::gray ? 1 : 3;
}

cv::Mat stretch(const cv::Mat& image, const cv::Size& size) {
  if (image.size() == size) return image;
  cv::Mat resized;
  cv::resize(image, resized, size, 0, 0, cv::INTER_LINEAR);
  return resized;
}

// The image where `place` has it in the model's input.
cv::Mat fitted(const cv::Mat& image, const Transform& place, double pad_value) {
  const cv::Size inner(place.inner_width, place.inner_height);
  cv::Mat resized = stretch(image, inner);
  if (inner == cv::Size(place.model_width, place.model_height)) return resized;
  cv::Mat framed;
  cv::copyMakeBorder(resized, framed, place.top, place.model_height - inner.height - place.top,
                     place.left, place.model_width - inner.width - place.left, cv::BORDER_CONSTANT,
                     cv::Scalar::all(std::round(pad_value)));
  return framed;
}

template <class T>
T convert(double value) {
  if constexpr (std::is_same_v<T, float>) {
    return static_cast<float>(value);
  } else if constexpr (std::is_same_v<T, std::uint16_t>) {
    return to_half(value);
  } else {
    return static_cast<T>(std::clamp(std::nearbyint(value),
                                     static_cast<double>(std::numeric_limits<T>::min()),
                                     static_cast<double>(std::numeric_limits<T>::max())));
  }
}

// A pixel has 256 values, so scale, mean, std and dtype come down to one table per channel.
template <class T>
using Table = std::array<T, 256>;

template <class T>
Table<T> make_table(const PreprocessOptions& options, std::size_t channel) {
  Table<T> table;
  for (std::size_t pixel = 0; pixel < table.size(); ++pixel) {
    const double scaled = static_cast<double>(pixel) * options.scale;
    table[pixel] = convert<T>((scaled - options.mean[channel]) / options.std[channel]);
  }
  return table;
}

// Writes `image` (gray or BGR) as `options` want it into `out`.
template <class T>
void write_values(const cv::Mat& image, const PreprocessOptions& options,
                  std::span<std::byte> out) {
  const std::size_t channels = channels_of(options.color);
  const auto rows = static_cast<std::size_t>(image.rows);
  const auto cols = static_cast<std::size_t>(image.cols);
  const std::size_t plane = rows * cols;
  const bool planar = options.layout == Layout::nchw;
  T* values = reinterpret_cast<T*>(out.data());
  for (std::size_t channel = 0; channel < channels; ++channel) {
    const Table<T> table = make_table<T>(options, channel);
    const std::size_t from = options.color == ColorOrder::rgb ? 2 - channel : channel;
    T* to = values + (planar ? channel * plane : channel);
    const std::size_t step = planar ? 1 : channels;
    for (int row = 0; row < image.rows; ++row) {
      const std::uint8_t* pixel = image.ptr<std::uint8_t>(row) + from;
      for (std::size_t col = 0; col < cols; ++col, pixel += channels, to += step) {
        *to = table[*pixel];
      }
    }
  }
}

}  // namespace

base::Result<tensor::Tensor> preprocess(const cv::Mat& bgr, const PreprocessOptions& options) {
  if (auto checked = check(options); !checked) return tl::unexpected(checked.error());
  if (bgr.empty() || bgr.type() != CV_8UC3) {
    return base::fail(base::ErrorCode::invalid, "preprocess: the image is not 8-bit BGR");
  }
  const auto place = transform(options, bgr.cols, bgr.rows);
  if (!place) return tl::unexpected(place.error());
  set_up_opencv();
  try {
    cv::Mat image = bgr;
    if (options.color == ColorOrder::gray) cv::cvtColor(bgr, image, cv::COLOR_BGR2GRAY);
    image = fitted(image, *place, options.pad_value);

    const auto channels = static_cast<std::int64_t>(channels_of(options.color));
    const tensor::Shape shape = options.layout == Layout::nchw
                                    ? tensor::Shape{1, channels, image.rows, image.cols}
                                    : tensor::Shape{1, image.rows, image.cols, channels};
    auto result = tensor::Tensor::allocate(options.input, options.dtype, shape);
    if (!result) return result;
    const std::span<std::byte> out = result->mutable_data();
    switch (options.dtype) {
      case DType::fp32:
        write_values<float>(image, options, out);
        break;
      case DType::fp16:
        write_values<std::uint16_t>(image, options, out);
        break;
      case DType::int8:
        write_values<std::int8_t>(image, options, out);
        break;
      default:
        write_values<std::uint8_t>(image, options, out);
        break;
    }
    return result;
  } catch (const std::exception& error) {
    return base::fail(base::ErrorCode::internal, "preprocess: {}", error.what());
  }
}

std::uint16_t to_half(double value) {
  // Half: 1 sign, 5 exponent (bias 15), 10 mantissa bits. The scaled value is an integer number
  // of half's last places, so one rounding in double is exact.
  const auto sign = static_cast<std::uint16_t>(std::signbit(value) ? 0x8000 : 0);
  const double magnitude = std::fabs(value);
  if (std::isnan(value)) return static_cast<std::uint16_t>(sign | 0x7e00);
  if (magnitude >= 65520) return static_cast<std::uint16_t>(sign | 0x7c00);  // infinity
  // Below the smallest normal number (2^-14) the last place stays at 2^-24.
  const int exponent = std::max(magnitude > 0 ? std::ilogb(magnitude) : -14, -14);
  const auto places =
      static_cast<std::uint32_t>(std::nearbyint(std::ldexp(magnitude, 10 - exponent)));
  // A normal number's `places` carry the implicit bit 2^10, which adds 1 to the exponent field;
  // so does a mantissa that rounded up to the next power of two.
  const std::uint32_t bits = (static_cast<std::uint32_t>(exponent + 14) << 10) + places;
  return static_cast<std::uint16_t>(sign | bits);
}

}  // namespace sluice::vision::opencv
