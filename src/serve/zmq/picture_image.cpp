#include "serve/zmq/picture_image.hpp"

#include <array>

#include "vision/preprocess_options.hpp"

namespace sluice::serve::zmq {

using base::ErrorCode;

std::optional<PictureLayout> layout_of(const tensor::Shape& shape) {
  struct Form {
    std::size_t one, colors, height, width;
  };
  constexpr std::array kForms{Form{0, 3, 1, 2}, Form{0, 1, 2, 3}, Form{2, 3, 0, 1},
                              Form{3, 2, 0, 1}};
  if (shape.size() != 4) return std::nullopt;
  for (const auto& form : kForms) {
    if (shape[form.one] != 1 || shape[form.colors] != 3) continue;
    const auto height = shape[form.height];
    const auto width = shape[form.width];
    if (height < 1 || width < 1 || height > vision::kMaxSide || width > vision::kMaxSide) continue;
    return PictureLayout{static_cast<int>(width), static_cast<int>(height), form.colors == 1};
  }
  return std::nullopt;
}

base::Result<vision::Image> to_image(const Picture& picture, ZmqOptions::Color color) {
  const auto layout = layout_of(picture.shape);
  if (!layout || picture.dtype != tensor::DType::uint8) {
    return base::fail(ErrorCode::invalid,
                      "{} {} is no image; send uint8 [1,height,width,3], or what the model takes",
                      tensor::to_string(picture.dtype), tensor::to_string(picture.shape));
  }
  const auto pixels = picture.data.bytes.size() / 3;
  // Between two pixels, and between two colours of one.
  const std::size_t step = layout->planes ? 1 : 3;
  const std::size_t next = layout->planes ? pixels : 1;
  const std::size_t blue = color == ZmqOptions::Color::rgb ? 2 * next : 0;
  const std::size_t red = color == ZmqOptions::Color::rgb ? 0 : 2 * next;
  const auto* in = reinterpret_cast<const std::uint8_t*>(picture.data.bytes.data());
  std::vector<std::uint8_t> out(pixels * 3);
  for (std::size_t i = 0; i < pixels; ++i) {
    const auto* pixel = in + i * step;
    out[3 * i] = pixel[blue];
    out[3 * i + 1] = pixel[next];
    out[3 * i + 2] = pixel[red];
  }
  return vision::Image(layout->width, layout->height, std::move(out));
}

}  // namespace sluice::serve::zmq
