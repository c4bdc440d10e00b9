// What a step of a model graph found.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vision/box.hpp"

namespace sluice::vision {

/// One finding of a step.
struct Object {
  std::string id;      ///< `<step>-<n>`, unique within an item
  std::string parent;  ///< id of the object in whose crop it was found; empty: the full image
  std::string step;
  std::string label;     ///< empty: the step gives none
  int label_index = -1;  ///< position in the model's list of labels; -1: none
  float score = 0;
  std::optional<Box> box;     ///< unset: the finding is about the whole image
  std::string text;           ///< what was read, UTF-8
  std::vector<float> values;  ///< raw outputs of a generic step
};

}  // namespace sluice::vision
