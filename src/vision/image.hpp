// A decoded image.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace sluice::vision {

/// Pixels, 8 bits each of blue, green and red, row by row from the upper left corner, without gaps.
/// Cheap to copy: copies share the pixels, which never change. Thread-safe.
class Image {
 public:
  /// No pixels: 0 x 0.
  Image() = default;
  /// `pixels` are 3 * width * height bytes.
  Image(int width, int height, std::vector<std::uint8_t> pixels)
      : width_(width),
        height_(height),
        pixels_(std::make_shared<const std::vector<std::uint8_t>>(std::move(pixels))) {}

  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  [[nodiscard]] bool empty() const { return width_ == 0 || height_ == 0; }
  [[nodiscard]] std::span<const std::uint8_t> pixels() const {
    return pixels_ ? std::span<const std::uint8_t>(*pixels_) : std::span<const std::uint8_t>();
  }

 private:
  int width_ = 0;
  int height_ = 0;
  std::shared_ptr<const std::vector<std::uint8_t>> pixels_;
};

}  // namespace sluice::vision
