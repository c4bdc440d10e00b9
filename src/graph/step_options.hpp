// What the user says about the steps of a model graph.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schedule/types.hpp"

namespace sluice::graph {

/// Which objects a step looks at, and how closely. An object without a box counts as the whole
/// image.
struct CropOptions {
  /// Added on each of the four sides, as a share of the box's width or height: 0.1 makes the
  /// region 1.2 times as wide and high. 0 to 10. What leaves the image is cut off.
  float padding = 0;
  /// Objects whose box (its part on the image, before padding) has a side shorter than this are
  /// left out. Pixels, at least 1.
  int min_size = 1;
  /// Labels of the objects to look at; empty: all.
  std::vector<std::string> classes;
  /// Most crops per item: those of the objects with the highest scores. 0: no limit. All crops
  /// of a step are queued at once, so the task's queue should hold as many.
  std::uint32_t max_crops = 0;
};

/// What a parent must have found for a step to run.
struct Condition {
  std::string step;             ///< the parent: one of depends_on
  std::string label;            ///< objects with this label count; empty: all
  float min_score = 0;          ///< objects with at least this score count
  std::uint32_t min_count = 1;  ///< so many must there be; at least 1
};

/// A node of the graph: one model that looks at an item's image or at crops of it.
struct StepOptions {
  std::string name;  ///< unique
  schedule::TaskId task = 0;
  /// Names of its parents. It starts when all of them have ended.
  std::vector<std::string> depends_on;
  /// Set: one inference on a crop for each object of its parents; needs parents. Unset: one
  /// inference on the full image.
  std::optional<CropOptions> crop;
  /// All must hold, or the step is skipped.
  std::vector<Condition> conditions;
};

}  // namespace sluice::graph
