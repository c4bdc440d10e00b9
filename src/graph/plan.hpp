// A model graph, checked and put in order.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "graph/step_options.hpp"

namespace sluice::graph {

/// A step among others, which it names by their index in Plan::steps().
struct Step {
  StepOptions options;
  std::vector<std::size_t> parents;   ///< in the order of depends_on
  std::vector<std::size_t> children;  ///< ascending
};

/// An acyclic graph of steps. Never changes: thread-safe, and items may share it.
class Plan {
 public:
  /// Errors (invalid) name the step and the remedy: no steps, a name that is empty or used twice,
  /// an unknown or repeated parent, values out of range, crops without parents, a condition on
  /// what is no parent, and a cycle, shown as "a -> b -> a" (each depends on the next).
  static base::Result<Plan> create(const std::vector<StepOptions>& steps);

  /// Parents before their children, and otherwise as given: of the steps whose parents are all
  /// placed, the one given first comes next. Never empty.
  [[nodiscard]] std::span<const Step> steps() const { return steps_; }

 private:
  explicit Plan(std::vector<Step> steps) : steps_(std::move(steps)) {}
  std::vector<Step> steps_;
};

}  // namespace sluice::graph
