// Where a step looks, and where on the image its findings are. Pure arithmetic.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "graph/step_options.hpp"
#include "vision/object.hpp"

namespace sluice::graph {

/// In pixels.
struct ImageSize {
  int width = 0;
  int height = 0;

  [[nodiscard]] vision::Box box() const {
    return {0, 0, static_cast<float>(width), static_cast<float>(height)};
  }
};

/// The region that a step looks at for an object with this box: the box's part on the image,
/// padded, widened to whole pixels and cut to the image. nullopt: that part has a side shorter than
/// min_size.
std::optional<vision::Box> crop_region(const vision::Box& box, const CropOptions& options,
                                       const ImageSize& image);

/// A region of the image and the object it was made for.
struct Crop {
  vision::Box region;
  std::string parent;  ///< the object's id
};

/// The crops of a step, and how many objects it passes over.
struct Crops {
  std::vector<Crop> crops;  ///< in the order of the objects
  std::size_t other_class = 0;
  std::size_t too_small = 0;
  std::size_t beyond_limit = 0;  ///< scores too low for max_crops

  [[nodiscard]] std::size_t passed_over() const { return other_class + too_small + beyond_limit; }
};

/// Among equal scores, max_crops takes the first. Scores must be finite.
Crops make_crops(std::span<const vision::Object> objects, const CropOptions& options,
                 const ImageSize& image);

/// Moves what was found on a region, with boxes in pixels of the region, to the image. Boxes are
/// cut to the region, since detectors draw them beyond the edge; one beyond it as a whole is left
/// without area. Error (internal): a box or score that is not finite, or a box whose corners are
/// swapped.
base::Status to_image(std::vector<vision::Object>& found, const vision::Box& region);

}  // namespace sluice::graph
