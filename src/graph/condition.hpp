// Whether a step's conditions hold.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "graph/step_options.hpp"
#include "vision/object.hpp"

namespace sluice::graph {

/// Why the condition does not hold for what its parent found, in a sentence; nullopt: it holds.
std::optional<std::string> unmet(const Condition& condition,
                                 std::span<const vision::Object> objects);

}  // namespace sluice::graph
