// The exact optimum for one server: what a scheduler that knows the future could do.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.hpp"
#include "base/time.hpp"

namespace sluice::simulate {

/// One piece of work for one non-preemptive server.
struct Job {
  base::Time release{};
  base::Time deadline = base::kNever;
  base::Duration work{0};
};

/// The largest number of jobs that one server can finish by their deadlines, for jobs whose
/// release times and deadlines are agreeable (a later release never has an earlier deadline;
/// equal relative deadlines are the common case).
///
/// Kise, Ibaraki, Mine: "A solvable case of the one-machine scheduling problem with ready and
/// due times", Operations Research 26 (1978). O(n^2) at worst; O(n * jobs in a busy period)
/// in effect.
///
/// Errors: jobs that are not agreeable, naming two of them.
base::Result<std::uint64_t> clairvoyant_on_time(std::span<const Job> jobs);

}  // namespace sluice::simulate
