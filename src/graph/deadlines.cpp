#include "graph/deadlines.hpp"

#include <algorithm>

namespace sluice::graph {

std::vector<base::Time> step_deadlines(const Plan& plan, std::span<const base::Duration> predicted,
                                       base::Time item_deadline) {
  std::vector<base::Time> deadlines(plan.steps().size(), item_deadline);
  if (item_deadline == base::kNever) return deadlines;
  // Children come after their parents, so backwards each step is final when its parents ask.
  for (std::size_t step = deadlines.size(); step-- > 0;) {
    for (const std::size_t child : plan.steps()[step].children) {
      deadlines[step] = std::min(deadlines[step], deadlines[child] - predicted[child]);
    }
  }
  return deadlines;
}

}  // namespace sluice::graph
