// Connected regions of a map of numbers.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

namespace sluice::vision::post {

/// Elements above a threshold that touch each other, at an edge or a corner.
struct Region {
  std::size_t left = 0;
  std::size_t top = 0;
  std::size_t right = 0;   ///< one past the last column
  std::size_t bottom = 0;  ///< one past the last row
  std::size_t count = 0;   ///< of elements
  double sum = 0;          ///< of their values
};

/// Calls `found` for each region of the elements above `threshold` in `map`, whose rows are `width`
/// long, in the order in which they end, from the top down. In time about linear in the size of the
/// map; the memory is that of a few rows.
void for_each_region(std::span<const float> map, std::size_t width, float threshold,
                     const std::function<void(const Region&)>& found);

}  // namespace sluice::vision::post
