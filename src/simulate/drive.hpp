// The simulator's loop: drives a scheduler on a virtual clock.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.hpp"
#include "base/time.hpp"
#include "schedule/scheduler.hpp"
#include "simulate/requests.hpp"
#include "simulate/workload.hpp"

namespace sluice::simulate {

struct DriveResult {
  base::Time end{};
  std::uint64_t decisions = 0;
};

/// Runs `requests`, sorted by arrival, on any scheduler that has taken no request yet, until
/// every one has ended. Request i of the list must get RequestId i + 1.
///
/// At one instant, in this order: batches end, requests arrive, callers cancel, time advances,
/// free slots decide (lowest slot first). A periodic task's first request is announced at the
/// start, later ones where jitter made the last one come off its time, and the end of the
/// source with its last request. What is still queued when nothing more can happen ends as
/// dropped{shutdown}, as it does when an engine stops.
base::Result<DriveResult> drive(schedule::Scheduler& scheduler, const Workload& workload,
                                std::span<const TracedRequest> requests);

}  // namespace sluice::simulate
