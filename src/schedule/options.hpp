// Everything that configures a Scheduler.
#pragma once

#include "schedule/types.hpp"

namespace sluice::schedule {

enum class PolicyKind : std::uint8_t {
  slack,        ///< the default: see docs/scheduling.md
  fifo,         ///< arrival order
  priority,     ///< strict priority, then deadline; no feasibility test
  edf,          ///< earliest deadline first, priorities ignored
  round_robin,  ///< tasks in turn, arrival order within a task
  fixed_batch,  ///< arrival order; a model waits until `batch` requests are there
  interval,     ///< arrival order; dispatches only at multiples of `interval`
  levels,       ///< priority levels with arrival order, queue timeouts and a batch delay,
                ///< as mainstream inference servers have them
};

enum class ShedderKind : std::uint8_t { none, backlog, adaptive };

/// How `slack` treats announced arrivals of more important periodic tasks.
enum class Protection : std::uint8_t {
  none,      ///< ignores announcements
  deadline,  ///< no batch starts that would, by prediction, make an announced arrival late
  strict,    ///< no batch starts that would still occupy the slot when one arrives
};

struct SchedulerOptions {
  std::vector<ModelOptions> models;
  std::vector<TaskOptions> tasks;
  std::uint32_t slots = 1;

  PolicyKind policy = PolicyKind::slack;
  ShedderKind shedder = ShedderKind::adaptive;
  Protection protection = Protection::deadline;
  /// Drop a request the moment its deadline passes. Off only for comparisons.
  bool expire = true;

  /// `fixed_batch`: wanted batch size; 0: the model's max_batch.
  std::uint32_t batch = 0;
  /// `fixed_batch`, `levels`: the longest a request waits for its batch to fill.
  Duration batch_delay{std::chrono::milliseconds(5)};
  /// `interval`: time between dispatches.
  Duration interval{std::chrono::milliseconds(100)};

  /// `backlog` shedder: total queued requests above which it acts.
  std::uint32_t backlog_threshold = 8;
  /// `adaptive` shedder: overload must be predicted for this long before it acts, and be
  /// absent for `shed_release` before it stops.
  Duration shed_engage{std::chrono::milliseconds(0)};
  Duration shed_release{std::chrono::milliseconds(500)};

  /// Service-time estimator: quantile (0..1) and number of last measurements it looks at.
  double estimate_quantile = 0.9;
  std::uint32_t estimate_window = 64;
};

const char* to_string(PolicyKind value);
const char* to_string(ShedderKind value);
const char* to_string(Protection value);
std::optional<PolicyKind> policy_from(const std::string& name);
std::optional<ShedderKind> shedder_from(const std::string& name);
std::optional<Protection> protection_from(const std::string& name);

}  // namespace sluice::schedule
