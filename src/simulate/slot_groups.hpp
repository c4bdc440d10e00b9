// Which requests compete for which slots.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "simulate/bound_jobs.hpp"

namespace sluice::simulate {

/// Jobs (by index) that can run only on some slots, and how many of them can run at a time.
struct SlotGroup {
  std::vector<std::size_t> jobs;
  double capacity = 1;
};

/// The groups worth a constraint: all jobs, the jobs confined to each set of slots that occurs
/// or to a union of those (a limited number; leaving some out keeps bounds valid), and the jobs
/// of each model with fewer instances than slots. At most 64 slots.
std::vector<SlotGroup> slot_groups(std::span<const BoundJob> jobs, std::uint32_t slots);

}  // namespace sluice::simulate
