// An upper bound on the weighted sum of on-time requests that no schedule can exceed, for
// several models, batching, slots and bindings.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.hpp"
#include "simulate/bound_jobs.hpp"

namespace sluice::simulate {

struct LpBound {
  double value = 0;
  /// False: the rounds ran out first; the value is still a valid bound, only looser.
  bool converged = true;
};

/// The value of the linear relaxation
///   maximise sum w_j x_j, 0 <= x_j <= 1, subject to, for intervals [s, e] and slot sets S:
///   sum over j that can run only on S of (work that j must get inside [s, e]) * x_j
///     <= |S| * (e - s),
/// to within 0.1 %, from above. This is the processor-demand criterion (Baruah, Rosier,
/// Howell 1990) with acceptance made fractional; for uninterrupted jobs the work that must be
/// inside counts windows that reach out of the interval (energetic reasoning: Erschler, Lopez
/// 1990).
///
/// Method: cutting planes. Constraints are added only where a point between the relaxation's
/// solution and the best feasible point violates them (in-out separation: Ben-Ameur, Neto
/// 2007); each intermediate value is a valid bound, and the feasible point tells how tight it
/// is.
///
/// The list is solved in parts. Where no window reaches from one part into the next nothing is
/// lost; parts of more than `piece` requests are cut where the fewest do, and the sum stays
/// valid, looser by at most the work that fits into the windows across the cut. Where all
/// weights of a part are multiples of its smallest, so is every schedule's value, and the
/// part's bound is rounded down to one.
/// Errors: the solver's.
base::Result<LpBound> lp_bound(std::span<const BoundJob> jobs, std::uint32_t slots,
                               std::size_t piece = 3000);

}  // namespace sluice::simulate
