// Non-maximum suppression: one box per thing.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "vision/box.hpp"

namespace sluice::vision::post {

/// A box that a model proposes, in whatever coordinates.
struct Detection {
  Box box;          ///< finite
  float score = 0;  ///< not NaN
  std::size_t label_index = 0;

  bool operator==(const Detection&) const = default;
};

struct NmsOptions {
  /// Of two boxes with a larger intersection over union than this, the one with the lower score
  /// goes. 0..1; 1 keeps every box.
  double iou_threshold = 0.45;
  /// Boxes of different classes do not suppress each other.
  bool class_aware = true;
  /// How many boxes are kept at most: the best ones. 1..kMaxDetections.
  int max_detections = 300;
};

/// Bounds the work for one output, which grows with boxes times boxes kept.
inline constexpr int kMaxDetections = 10'000;

/// Errors (invalid) name the value and what it may be.
base::Status check(const NmsOptions& options);

/// Greedy suppression: goes from the best score down (of equal ones, in the given order) and keeps
/// each box that no box kept before suppresses. Returns those, best first. Thread-safe.
[[nodiscard]] std::vector<Detection> nms(std::vector<Detection> detections,
                                         const NmsOptions& options);

}  // namespace sluice::vision::post
