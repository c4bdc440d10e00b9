#include "vision/post/regions.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sluice::vision::post {
namespace {

auto fields_of(const Region& region) {
  return std::tuple(region.top, region.left, region.bottom, region.right, region.count, region.sum);
}

std::vector<Region> regions_of(const std::vector<float>& map, std::size_t width, float threshold) {
  std::vector<Region> regions;
  for_each_region(map, width, threshold, [&](const Region& found) { regions.push_back(found); });
  std::ranges::sort(regions, {}, fields_of);
  return regions;
}

/// Flood filling, one region after the other.
std::vector<Region> filled_regions(std::vector<float> map, std::size_t width, float threshold) {
  std::vector<Region> regions;
  const std::size_t height = map.size() / width;
  for (std::size_t start = 0; start < map.size(); ++start) {
    if (!(map[start] > threshold)) continue;
    Region region{width, height, 0, 0, 0, 0};
    std::vector<std::size_t> open{start};
    while (!open.empty()) {
      const std::size_t at = open.back();
      open.pop_back();
      if (!(map[at] > threshold)) continue;
      const std::size_t x = at % width;
      const std::size_t y = at / width;
      region = {
          std::min(region.left, x),       std::min(region.top, y), std::max(region.right, x + 1),
          std::max(region.bottom, y + 1), region.count + 1,        region.sum + map[at]};
      map[at] = threshold;
      for (std::size_t v = y == 0 ? 0 : y - 1; v <= std::min(y + 1, height - 1); ++v) {
        for (std::size_t u = x == 0 ? 0 : x - 1; u <= std::min(x + 1, width - 1); ++u) {
          open.push_back(v * width + u);
        }
      }
    }
    regions.push_back(region);
  }
  std::ranges::sort(regions, {}, fields_of);
  return regions;
}

RC_GTEST_PROP(RegionsProperty, AreThoseOfFloodFilling, ()) {
  const auto width = *rc::gen::inRange<std::size_t>(1, 12);
  const auto height = *rc::gen::inRange<std::size_t>(0, 12);
  // Powers of two, so that sums do not depend on their order.
  const auto map = *rc::gen::container<std::vector<float>>(
      width * height, rc::gen::element(0.0F, 0.25F, 0.5F, 1.0F));
  const auto actual = regions_of(map, width, 0.25F);
  const auto expected = filled_regions(map, width, 0.25F);
  RC_ASSERT(std::ranges::equal(actual, expected, {}, fields_of, fields_of));
}

// One region that winds through the whole map, and its arms join late.
TEST(Regions, FollowsASpiral) {
  const std::vector<float> spiral{1, 1, 1, 1, 1,  //
                                  1, 0, 0, 0, 1,  //
                                  1, 0, 1, 0, 1,  //
                                  1, 0, 1, 0, 1,  //
                                  1, 0, 1, 1, 1};
  const auto regions = regions_of(spiral, 5, 0.5F);
  ASSERT_EQ(regions.size(), 1U);
  EXPECT_EQ(fields_of(regions[0]), std::tuple(0U, 0U, 5U, 5U, 17U, 17.0));
}

TEST(Regions, TouchAtCorners) {
  EXPECT_EQ(regions_of({1, 0, 0, 1}, 2, 0.5F).size(), 1U);
  EXPECT_EQ(regions_of({1, 0, 0, 0, 0, 1}, 3, 0.5F).size(), 2U);
}

TEST(Regions, AreAboveTheThreshold) {
  EXPECT_TRUE(regions_of({0.5F, 0.5F}, 2, 0.5F).empty());
  EXPECT_TRUE(regions_of({}, 0, 0.5F).empty());
}

}  // namespace
}  // namespace sluice::vision::post
