#include "graph/crop.hpp"

#include <algorithm>
#include <cmath>

namespace sluice::graph {
namespace {

using vision::Box;
using vision::Object;

Box clipped(const Box& box, const Box& to) {
  return {std::clamp(box.x0, to.x0, to.x1), std::clamp(box.y0, to.y0, to.y1),
          std::clamp(box.x1, to.x0, to.x1), std::clamp(box.y1, to.y0, to.y1)};
}

base::Status check_finding(const Object& object) {
  if (!std::isfinite(object.score)) {
    return base::fail(base::ErrorCode::internal, "the model gave '{}' the score {}", object.label,
                      object.score);
  }
  if (!object.box) return {};
  const Box& box = *object.box;
  const bool finite = std::isfinite(box.x0) && std::isfinite(box.y0) && std::isfinite(box.x1) &&
                      std::isfinite(box.y1);
  if (!finite || box.x0 > box.x1 || box.y0 > box.y1) {
    return base::fail(base::ErrorCode::internal,
                      "the model gave '{}' a box that is none: ({}, {}) to ({}, {})", object.label,
                      box.x0, box.y0, box.x1, box.y1);
  }
  return {};
}

/// Leaves the `count` best, in their order. `scores` belong to `crops`.
void keep_best(std::vector<Crop>& crops, const std::vector<float>& scores, std::size_t count) {
  std::vector<std::size_t> order(crops.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  order.resize(count);
  std::ranges::sort(order);
  std::vector<Crop> best;
  best.reserve(count);
  for (const std::size_t i : order) best.push_back(std::move(crops[i]));
  crops = std::move(best);
}

}  // namespace

std::optional<Box> crop_region(const Box& box, const CropOptions& options, const ImageSize& image) {
  const Box visible = clipped(box, image.box());
  const auto min_size = static_cast<float>(options.min_size);
  if (visible.x1 - visible.x0 < min_size || visible.y1 - visible.y0 < min_size) {
    return std::nullopt;
  }
  const float dx = options.padding * (visible.x1 - visible.x0);
  const float dy = options.padding * (visible.y1 - visible.y0);
  const Box padded =
      clipped({visible.x0 - dx, visible.y0 - dy, visible.x1 + dx, visible.y1 + dy}, image.box());
  return Box{std::floor(padded.x0), std::floor(padded.y0), std::ceil(padded.x1),
             std::ceil(padded.y1)};
}

Crops make_crops(std::span<const Object> objects, const CropOptions& options,
                 const ImageSize& image) {
  Crops result;
  std::vector<float> scores;
  for (const Object& object : objects) {
    const auto& classes = options.classes;
    if (!classes.empty() && std::ranges::find(classes, object.label) == classes.end()) {
      ++result.other_class;
      continue;
    }
    const auto region = crop_region(object.box.value_or(image.box()), options, image);
    if (!region) {
      ++result.too_small;
      continue;
    }
    result.crops.push_back({*region, object.id});
    scores.push_back(object.score);
  }
  if (options.max_crops > 0 && result.crops.size() > options.max_crops) {
    result.beyond_limit = result.crops.size() - options.max_crops;
    keep_best(result.crops, scores, options.max_crops);
  }
  return result;
}

base::Status to_image(std::vector<Object>& found, const Box& region) {
  for (Object& object : found) {
    if (auto ok = check_finding(object); !ok) return ok;
    if (!object.box) continue;
    const Box& box = *object.box;
    object.box = clipped(
        {box.x0 + region.x0, box.y0 + region.y0, box.x1 + region.x0, box.y1 + region.y0}, region);
  }
  return {};
}

}  // namespace sluice::graph
