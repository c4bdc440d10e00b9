// A camera's models_graph.
#pragma once

#include <string>
#include <vector>

#include <boost/json/array.hpp>

#include "import/value.hpp"
#include "import/vio_models.hpp"

namespace sluice::import {

struct VioGraph {
  boost::json::array steps;
  /// What the camera's rule looks at: the step that VIO ran last; empty: there are no steps.
  std::string last;
  std::vector<std::string> last_classes;  ///< its class_to_detect
};

/// The steps in VIO's order: as written, but a model after those that it depends on. A cycle is a
/// problem.
[[nodiscard]] VioGraph vio_graph(const Value& graph, VioModels& models);

}  // namespace sluice::import
