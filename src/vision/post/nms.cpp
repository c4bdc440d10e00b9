#include "vision/post/nms.hpp"

#include <algorithm>
#include <functional>

#include "vision/post/scores.hpp"

namespace sluice::vision::post {

base::Status check(const NmsOptions& options) {
  if (auto ok = check_threshold(options.iou_threshold, "iou_threshold"); !ok) return ok;
  if (options.max_detections < 1 || options.max_detections > kMaxDetections) {
    return base::fail(base::ErrorCode::invalid, "max_detections is {}, not within 1..{}",
                      options.max_detections, kMaxDetections);
  }
  return {};
}

std::vector<Detection> nms(std::vector<Detection> detections, const NmsOptions& options) {
  std::ranges::stable_sort(detections, std::ranges::greater{}, &Detection::score);
  std::vector<Detection> kept;
  const auto most = static_cast<std::size_t>(options.max_detections);
  for (const Detection& detection : detections) {
    if (kept.size() == most) break;
    const auto suppresses = [&](const Detection& better) {
      return (!options.class_aware || better.label_index == detection.label_index) &&
             intersection_over_union(better.box, detection.box) > options.iou_threshold;
    };
    if (std::ranges::none_of(kept, suppresses)) kept.push_back(detection);
  }
  return kept;
}

}  // namespace sluice::vision::post
