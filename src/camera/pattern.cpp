#include "camera/pattern.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace sluice::camera {
namespace {

constexpr int kDigitWidth = 3;
constexpr int kDigitHeight = 5;

// One digit a row: its blocks row by row, the first one in the highest bit.
constexpr std::array<std::uint16_t, 10> kDigits{
    0b111'101'101'101'111, 0b010'110'010'010'111, 0b111'001'111'100'111, 0b111'001'111'001'111,
    0b101'101'111'001'001, 0b111'100'111'001'111, 0b111'100'111'101'111, 0b111'001'001'001'001,
    0b111'101'111'101'111, 0b111'101'111'001'111};

bool is_set(char digit, int column, int row) {
  if (column >= kDigitWidth || row >= kDigitHeight) return false;
  const int bit = kDigitWidth * kDigitHeight - 1 - (row * kDigitWidth + column);
  return ((kDigits[static_cast<std::size_t>(digit - '0')] >> bit) & 1) != 0;
}

}  // namespace

vision::Image draw_pattern(int width, int height, std::uint64_t number) {
  const auto w = static_cast<std::size_t>(width);
  const auto h = static_cast<std::size_t>(height);
  std::vector<std::uint8_t> pixels(3 * w * h);
  const auto shift = static_cast<std::size_t>(number % 256);
  for (std::size_t y = 0; y < h; ++y) {
    for (std::size_t x = 0; x < w; ++x) {
      const auto level = static_cast<std::uint8_t>(x + y + 4 * shift);
      std::fill_n(&pixels[3 * (y * w + x)], 3, level);
    }
  }

  // Each digit has a column and a row of black around it.
  const std::string text = std::to_string(number);
  const auto columns = static_cast<int>(text.size()) * (kDigitWidth + 1) + 1;
  const int rows = kDigitHeight + 2;
  const int block = std::max(1, std::min(width / columns, height / 3 / rows));
  for (int y = 0; y < std::min(rows * block, height); ++y) {
    for (int x = 0; x < std::min(columns * block, width); ++x) {
      const int column = x / block - 1;
      const int row = y / block - 1;
      const bool inside = column >= 0 && row >= 0 && column < columns - 1;
      const bool white =
          inside && is_set(text[static_cast<std::size_t>(column / (kDigitWidth + 1))],
                           column % (kDigitWidth + 1), row);
      const std::size_t at = static_cast<std::size_t>(y) * w + static_cast<std::size_t>(x);
      std::fill_n(&pixels[3 * at], 3, white ? std::uint8_t{255} : std::uint8_t{0});
    }
  }
  return {width, height, std::move(pixels)};
}

PatternFeed::PatternFeed(std::string name, const PatternOptions& options, const base::Clock& clock)
    : name_(std::move(name)), options_(options), clock_(clock) {}

base::Result<std::optional<Sample>> PatternFeed::next(base::Duration timeout) {
  base::Time now = clock_.now();
  if (!due_) due_ = now;
  if (*due_ > now) {
    interrupter_.wait(std::min(timeout, *due_ - now));
    now = clock_.now();
    if (*due_ > now) {
      return base::fail(base::ErrorCode::unavailable, "the next picture is not due yet");
    }
  }
  Sample sample{fmt::format("{}#{}", name_, number_), now,
                draw_pattern(options_.width, options_.height, number_)};
  ++number_;
  if (options_.rate > 0) *due_ += base::from_seconds(1 / options_.rate);
  return sample;
}

}  // namespace sluice::camera
