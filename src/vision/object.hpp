// What models find on images.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vision/box.hpp"

namespace sluice::vision {

/// One finding of a step of a model graph: a detected object, a class, a text, or plain values.
struct Object {
  std::string id;      ///< "<step>-<n>", unique within the item
  std::string parent;  ///< id of the object on whose crop it was found; empty: the full image
  std::string step;    ///< name of the step that found it
  std::string label;
  int label_index = -1;  ///< the model's number of the label; -1: it has none
  float score = 0;
  std::optional<Box> box;  ///< unset: the image as a whole
  std::string text;
  std::vector<float> values;
};

}  // namespace sluice::vision
