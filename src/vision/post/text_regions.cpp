#include "vision/post/text_regions.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "vision/post/detections.hpp"
#include "vision/post/outputs.hpp"
#include "vision/post/regions.hpp"
#include "vision/post/scores.hpp"

namespace sluice::vision::post {
namespace {

using base::ErrorCode;
using tensor::Shape;
using tensor::TensorInfo;

constexpr double kMaxUnclip = 10;
constexpr int kMaxRegions = kMaxDetections;

base::Result<std::size_t> find_map(const TextRegionsOptions& options,
                                   std::span<const TensorInfo> outputs) {
  auto index = find_output(outputs, options.output);
  if (!index) return index;
  auto ok = check_shape(outputs[*index], {Shape{1, 1, -1, -1}, Shape{1, -1, -1}, Shape{-1, -1}},
                        "the probability of text for each pixel");
  if (!ok) return tl::unexpected(ok.error());
  return index;
}

/// The regions that count, in pixels of the output.
class TextRegions {
 public:
  explicit TextRegions(const TextRegionsOptions& options) : options_(options) {}

  void add(const Region& region) {
    const auto side = static_cast<std::size_t>(options_.min_size);
    if (region.right - region.left < side || region.bottom - region.top < side) return;
    const double mean = region.sum / static_cast<double>(region.count);
    // A little above 1 is what quantisation explains.
    const auto score = static_cast<float>(std::min(mean, 1.0));
    if (score < options_.box_threshold) return;
    regions_.push_back({grown(region), score, 0});
    // Twice what is wanted at most: a hostile output has millions.
    if (regions_.size() >= 2 * static_cast<std::size_t>(options_.max_regions)) keep_best();
  }

  std::vector<Detection> take() {
    keep_best();
    return std::move(regions_);
  }

 private:
  [[nodiscard]] Box grown(const Region& region) const {
    const Box box{static_cast<float>(region.left), static_cast<float>(region.top),
                  static_cast<float>(region.right), static_cast<float>(region.bottom)};
    const double circumference = 2.0 * (box.width() + box.height());
    const auto distance = static_cast<float>(area(box) * options_.unclip / circumference);
    return pad(box, distance, distance);
  }

  void keep_best() {
    const std::size_t most =
        std::min(regions_.size(), static_cast<std::size_t>(options_.max_regions));
    std::ranges::stable_sort(regions_, std::ranges::greater{}, &Detection::score);
    regions_.resize(most);
  }

  const TextRegionsOptions& options_;
  std::vector<Detection> regions_;
};

float middle_of(const Box& box) {
  return (box.y0 + box.y1) / 2;
}

bool is_beside(const Box& one, const Box& other) {
  const auto within = [](float y, const Box& box) { return box.y0 <= y && y <= box.y1; };
  return within(middle_of(one), other) && within(middle_of(other), one);
}

void sort_for_reading(std::vector<Detection>& regions) {
  std::ranges::sort(regions, [](const Detection& a, const Detection& b) {
    const float left = middle_of(a.box);
    const float right = middle_of(b.box);
    return left < right || (left == right && a.box.x0 < b.box.x0);
  });
  for (auto line = regions.begin(); line != regions.end();) {
    const Box top = line->box;
    const auto below = std::partition_point(line, regions.end(), [&top](const Detection& each) {
      return middle_of(each.box) <= top.y1;
    });
    const auto end = std::stable_partition(
        line, below, [&top](const Detection& each) { return is_beside(top, each.box); });
    std::stable_sort(line, end,
                     [](const Detection& a, const Detection& b) { return a.box.x0 < b.box.x0; });
    line = end;
  }
}

base::Status check_probabilities(std::span<const float> map, std::string_view output) {
  for (const float value : map) {
    if (value >= 0 && value <= 1) continue;
    if (auto ok = probability(value, output, "export the model with its sigmoid"); !ok) {
      return tl::unexpected(ok.error());
    }
  }
  return {};
}

}  // namespace

base::Status check(const TextRegionsOptions& options) {
  if (auto ok = check_threshold(options.threshold, "threshold"); !ok) return ok;
  if (auto ok = check_threshold(options.box_threshold, "box_threshold"); !ok) return ok;
  if (!(options.unclip >= 0 && options.unclip <= kMaxUnclip)) {
    return base::fail(ErrorCode::invalid, "unclip is {}, not within 0..{}", options.unclip,
                      kMaxUnclip);
  }
  if (options.min_size < 1) {
    return base::fail(ErrorCode::invalid, "min_size is {}, not at least 1", options.min_size);
  }
  if (options.max_regions < 1 || options.max_regions > kMaxRegions) {
    return base::fail(ErrorCode::invalid, "max_regions is {}, not within 1..{}",
                      options.max_regions, kMaxRegions);
  }
  return {};
}

base::Status fit(const TextRegionsOptions& options, std::span<const TensorInfo> outputs) {
  return find_map(options, outputs).map([](std::size_t) {});
}

base::Result<std::vector<Object>> decode(const TextRegionsOptions& options,
                                         std::span<const tensor::Tensor> outputs,
                                         const Transform& transform) {
  const auto index = find_map(options, describe(outputs));
  if (!index) return tl::unexpected(index.error());
  const tensor::Tensor& output = outputs[*index];
  const Floats map(output);
  if (map.size() == 0) return std::vector<Object>{};
  if (auto ok = check_probabilities(map.span(), output.name()); !ok) {
    return tl::unexpected(ok.error());
  }

  const Shape& shape = output.shape();
  const auto width = shape.back();
  const auto height = shape[shape.size() - 2];
  TextRegions regions(options);
  for_each_region(map.span(), static_cast<std::size_t>(width), options.threshold,
                  [&regions](const Region& region) { regions.add(region); });
  std::vector<Detection> found = regions.take();
  const float x = static_cast<float>(transform.model_width) / static_cast<float>(width);
  const float y = static_cast<float>(transform.model_height) / static_cast<float>(height);
  for (Detection& each : found) {
    each.box = {each.box.x0 * x, each.box.y0 * y, each.box.x1 * x, each.box.y1 * y};
  }
  sort_for_reading(found);
  static const std::string kLabel[] = {"text"};
  return to_objects(found, transform, kLabel);
}

}  // namespace sluice::vision::post
