// The deadline of an item, split over its steps.
#pragma once

#include <span>
#include <vector>

#include "base/time.hpp"
#include "graph/plan.hpp"

namespace sluice::graph {

/// The deadline of each step, in the order of the plan: the item's, less the predicted time of
/// what comes after the step on the path that takes longest. It is the "latest finish" of the
/// critical path method (Kelley and Walker, 1959), and the "effective deadline" among the rules
/// that Kao and Garcia-Molina compare (Deadline Assignment in a Distributed Soft Real-Time
/// System, 1993).
///
/// WHY THIS RULE: here a deadline is the time when a request is dropped. Rules that hand each
/// step a share of the slack (equal flexibility and the like) would drop, say, a step of 2 ms with
/// 0.1 ms of slack of its own, while the item could still be on time. With this one a step misses
/// its deadline exactly if, by prediction, the item misses its own; and the slack that the
/// scheduler sees in a request is the slack of the item.
///
/// `predicted` is how long each step takes, queueing included, as far as that can be told: one for
/// every step in the order of the plan, none negative, one day at most.
std::vector<base::Time> step_deadlines(const Plan& plan, std::span<const base::Duration> predicted,
                                       base::Time item_deadline);

}  // namespace sluice::graph
