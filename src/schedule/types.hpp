// The scheduler's vocabulary: tasks, models, slots, requests and their ends.
// Everything here is plain data; see scheduler.hpp for what is done with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace sluice::schedule {

using base::Duration;
using base::Time;

/// Indices into SchedulerOptions::{tasks,models} and 0..slots-1.
using TaskId = std::uint32_t;
using ModelId = std::uint32_t;
using SlotId = std::uint32_t;
/// Unique for the life of a Scheduler, counted from 1 in order of submission. 0: none.
using RequestId = std::uint64_t;
/// Unique for the life of a Scheduler, counted from 1. 0: none.
using BatchId = std::uint64_t;

inline constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

/// What a full queue does with one request too many.
enum class OnFull : std::uint8_t {
  drop_oldest,        ///< the request that has waited longest leaves
  drop_newest,        ///< the arriving request is refused
  drop_lowest_value,  ///< the least important, then the latest deadline, leaves
};

/// What happens to a request that the shedder takes out.
enum class OnShed : std::uint8_t {
  drop,     ///< it ends as dropped{shed}
  defer,    ///< it comes back after TaskOptions::defer_by while its deadline allows
  degrade,  ///< TaskOptions::degrade_to (a task with a cheaper model) takes it
};

/// Why a request will not run. Names are the journal's and the metrics' reason codes.
enum class DropReason : std::uint8_t {
  queue_full_oldest,
  queue_full_newest,
  queue_full_lowest_value,
  expired,         ///< its deadline passed while it waited
  infeasible,      ///< by prediction it cannot finish in time, even if started next
  shed,            ///< chosen by the shedder so that more valuable work is on time
  cancelled,       ///< the caller withdrew it
  backend_failed,  ///< the batch it was in failed
  quarantined,     ///< every instance of its model is out of service
  shutdown,        ///< still queued when the grace time ended
};
inline constexpr std::size_t kDropReasons = 10;

/// A model as the scheduler sees it: what a batch costs and where it can run.
struct ModelOptions {
  std::string name;
  /// Most requests in one batch; at least 1.
  std::uint32_t max_batch = 1;
  /// Batches of this model that may run at the same time.
  std::uint32_t instances = 1;
  /// Slots it may run on; empty: all.
  std::vector<SlotId> slots;
  /// Predicted time of a batch of n before anything was measured: base + n * per_item.
  /// Both zero: unknown, so the first measurement decides.
  Duration profile_base{0};
  Duration profile_per_item{0};
};

/// A configured stream of work for a model.
struct TaskOptions {
  std::string name;
  ModelId model = 0;
  /// Larger is more important.
  std::int32_t priority = 0;
  /// deadline = arrival + latency_budget. Positive.
  Duration latency_budget{base::kForever};
  std::uint32_t queue_capacity = 16;
  OnFull on_full = OnFull::drop_oldest;
  OnShed on_shed = OnShed::drop;
  Duration defer_by{std::chrono::milliseconds(10)};
  TaskId degrade_to = kNone;
  /// Value of one on-time request against others of the same priority. Positive.
  double weight = 1.0;
  /// Share of slot time (0..1) this task is owed while it has work queued.
  double min_share = 0.0;
  /// Period of announced arrivals (a camera at a declared rate); zero: not periodic.
  Duration period{0};
};

/// How a request ended. Exactly one end per request.
enum class Outcome : std::uint8_t { on_time, late, dropped, failed };

/// What a caller hands in.
struct Submission {
  TaskId task = 0;
  /// When the work came into being (frame capture); the latency budget counts from here.
  Time arrival{};
  /// Unset: the task's priority / arrival + the task's latency budget.
  std::optional<std::int32_t> priority;
  std::optional<Time> deadline;
  /// A caller's own prediction of this request's service time alone in a batch
  /// (simulations, models whose cost depends on the input). Zero: use the estimator.
  Duration service_hint{0};
};

const char* to_string(OnFull value);
const char* to_string(OnShed value);
const char* to_string(DropReason value);
const char* to_string(Outcome value);
std::optional<OnFull> on_full_from(const std::string& name);
std::optional<OnShed> on_shed_from(const std::string& name);
std::optional<DropReason> drop_reason_from(const std::string& name);
std::optional<Outcome> outcome_from(const std::string& name);

}  // namespace sluice::schedule
