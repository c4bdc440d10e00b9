// Random workloads for the property tests of scheduler and simulator.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "simulate/requests.hpp"
#include "simulate/workload.hpp"

namespace sluice::simulate::testing {

/// A workload of one to three models, one to four tasks, one to three slots and a few dozen
/// requests, with every option drawn at random: bindings, batching, queues, shedding, hints.
/// Call it inside a rapidcheck property.
Workload any_workload();

/// Its requests, some of which fail or are withdrawn.
std::vector<TracedRequest> any_requests(const Workload& workload);

/// What to read when a property failed.
std::string describe(const Workload& workload, std::span<const TracedRequest> requests);

}  // namespace sluice::simulate::testing
