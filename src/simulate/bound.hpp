// The value no scheduler can exceed on given requests: exact where that is known how to
// compute, a linear relaxation elsewhere.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.hpp"
#include "simulate/requests.hpp"
#include "simulate/workload.hpp"

namespace sluice::simulate {

enum class BoundKind : std::uint8_t {
  clairvoyant,  ///< the exact optimum (clairvoyant.hpp)
  linear,       ///< lp_bound.hpp: at least the optimum
};

struct Bound {
  /// Sum of the weights of on-time requests.
  double weighted_on_time = 0;
  BoundKind kind = BoundKind::clairvoyant;
  /// False: a linear bound that is looser than it could be.
  bool converged = true;
};

/// The bound for a workload's models, tasks and slots on `requests`; priorities play no part,
/// so that a policy that puts them first may have to stay below it.
/// Clairvoyant when there is one slot, no batching, equal weights and agreeable deadlines.
/// Errors: invalid services; the linear solver's.
base::Result<Bound> upper_bound(const Workload& workload, std::span<const TracedRequest> requests);

const char* to_string(BoundKind value);

}  // namespace sluice::simulate
