#include "vision/post/detections.hpp"

#include <cmath>

#include "vision/post/scores.hpp"

namespace sluice::vision::post {

base::Status add_detection(std::vector<Detection>& detections, const Detection& detection,
                           std::string_view output) {
  const Box& box = detection.box;
  for (const float edge : {box.x0, box.y0, box.x1, box.y1}) {
    if (!std::isfinite(edge)) {
      return base::fail(base::ErrorCode::invalid,
                        "output '{}' holds a box with the edge {}: the model overflows, or its "
                        "input is wrong",
                        output, edge);
    }
  }
  if (!box.empty()) detections.push_back(detection);
  return {};
}

std::vector<Object> to_objects(std::span<const Detection> detections, const Transform& transform,
                               std::span<const std::string> labels) {
  std::vector<Object> objects;
  objects.reserve(detections.size());
  for (const Detection& detection : detections) {
    const Box box =
        clip(to_image(detection.box, transform), transform.image_width, transform.image_height);
    if (box.empty()) continue;
    Object object;
    object.label = label_of(detection.label_index, labels);
    object.label_index = static_cast<int>(detection.label_index);
    object.score = detection.score;
    object.box = box;
    objects.push_back(std::move(object));
  }
  return objects;
}

}  // namespace sluice::vision::post
