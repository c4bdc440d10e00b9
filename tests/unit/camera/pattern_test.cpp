#include "camera/pattern.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/manual_clock.hpp"
#include "doubles.hpp"

namespace sluice::camera {
namespace {

using testing::ElementsAre;

// The upper left corner of a picture with blocks of one pixel: '#' is white, '.' black.
std::vector<std::string> corner(const vision::Image& image, int columns, int rows) {
  std::vector<std::string> lines;
  for (int y = 0; y < rows; ++y) {
    lines.emplace_back();
    for (int x = 0; x < columns; ++x) {
      const auto at = static_cast<std::size_t>(3 * (y * image.width() + x));
      const int level = image.pixels()[at];
      lines.back() += level == 255 ? '#' : level == 0 ? '.' : '?';
    }
  }
  return lines;
}

TEST(Pattern, ShowsTheNumber) {
  EXPECT_THAT(corner(draw_pattern(40, 30, 10), 9, 7),
              ElementsAre(".........",  //
                          "..#..###.",  //
                          ".##..#.#.",  //
                          "..#..#.#.",  //
                          "..#..#.#.",  //
                          ".###.###.",  //
                          "........."));
}

TEST(Pattern, MovesAndFitsAnySize) {
  const vision::Image image = draw_pattern(64, 48, 1);
  EXPECT_EQ(image.pixels().size(), 3u * 64 * 48);
  EXPECT_NE(image.pixels().back(), draw_pattern(64, 48, 2).pixels().back());
  for (const int side : {1, 2, 3}) {
    EXPECT_EQ(draw_pattern(side, side, UINT64_MAX).pixels().size(),
              static_cast<std::size_t>(3 * side * side));
  }
}

TEST(PatternFeed, GivesPicturesWhenTheyAreDue) {
  base::ManualClock clock;
  clock.set(at_ms(1000));
  PatternFeed feed("front", {.width = 8, .height = 8, .rate = 10}, clock);
  EXPECT_EQ((*feed.next({}))->name, "front#0");
  clock.set(at_ms(1099));
  EXPECT_EQ(feed.next({}).error().code, base::ErrorCode::unavailable);
  clock.set(at_ms(1100));
  const auto second = feed.next({});
  ASSERT_TRUE(second);
  EXPECT_EQ((*second)->name, "front#1");
  EXPECT_EQ((*second)->captured, at_ms(1100));
}

TEST(PatternFeed, WithoutARateAsOftenAsItIsAsked) {
  const base::ManualClock clock;
  PatternFeed feed("front", {.width = 8, .height = 8, .rate = 0}, clock);
  for (int i = 0; i < 3; ++i) EXPECT_EQ((*feed.next({}))->name, fmt::format("front#{}", i));
}

}  // namespace
}  // namespace sluice::camera
