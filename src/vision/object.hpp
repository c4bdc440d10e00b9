// What a step of a model graph finds.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vision/box.hpp"

namespace sluice::vision {

/// One finding of a step: a class of the image, a detected thing, a line of text or plain numbers.
/// Post-processing fills in what the model said; whoever runs the graph adds id, parent and step.
struct Object {
  std::string id;        ///< unique within the item: "<step>-<n>"
  std::string parent;    ///< id of the object whose crop this was found on; empty: the full image
  std::string step;      ///< name of the step that found it
  std::string label;     ///< name of its class; empty: it has none (text)
  int label_index = -1;  ///< the class's place among the model's labels; -1: it has none
  float score = 0;       ///< how sure the model is, 0..1
  /// Where it is. nullopt: what the step looked at has no place of its own (a classification, a
  /// text): the parent's box, or the full image.
  std::optional<Box> box;
  std::string text;           ///< what was read, in UTF-8
  std::vector<float> values;  ///< numbers of a model without a meaning known here
};

}  // namespace sluice::vision
