// The scheduler: a deterministic state machine that decides what each slot does next.
// It has no threads, does no I/O and reads no clock. The engine and the simulator are two
// drivers of it: the same calls give the same decisions.
#pragma once

#include <memory>
#include <span>

#include "base/result.hpp"
#include "schedule/event.hpp"
#include "schedule/options.hpp"

namespace sluice::schedule {

/// What a slot should do now.
struct Decision {
  enum class Kind : std::uint8_t {
    run,   ///< run `requests` as one batch of `model`
    wait,  ///< stay idle until `until`, or until anything else happens
    idle,  ///< nothing to do until something is submitted
  };
  Kind kind = Kind::idle;
  BatchId batch = 0;
  ModelId model = kNone;
  /// Members in batch order. Valid until the next call on the scheduler.
  std::span<const RequestId> requests;
  Duration predicted{0};
  Time until = base::kNever;
};

/// Counts that always satisfy
/// offered = on_time + late + failed + sum(dropped) + queued + deferred + running.
struct Accounting {
  std::uint64_t offered = 0;
  std::uint64_t on_time = 0;
  std::uint64_t late = 0;
  std::uint64_t failed = 0;
  std::uint64_t dropped[kDropReasons] = {};
  std::uint64_t queued = 0;
  std::uint64_t deferred = 0;
  std::uint64_t running = 0;

  [[nodiscard]] std::uint64_t dropped_total() const;
  [[nodiscard]] bool holds() const;
};

/// PARAMETERS AND BEHAVIOUR
/// Calls carry the time `now`, which must not go backwards (a smaller value counts as the
/// latest one seen). A driver
///  - calls submit() for each request, cancel() to withdraw one that has not started;
///  - calls next(slot, now) whenever a slot is free and something happened;
///  - calls finished() when a batch ended;
///  - calls advance(now) when wake_at() has come, so that requests expire when they expire.
/// Every call may emit events to the sink, in order, before it returns.
///
/// THREADS: not thread-safe; the driver serialises calls.
/// ALLOCATION: none in steady state, once queues and slots have seen their largest load.
class Scheduler {
 public:
  /// Checks the options (names, ranges, references). `sink` must outlive the scheduler.
  static base::Result<std::unique_ptr<Scheduler>> create(SchedulerOptions options, EventSink& sink);
  virtual ~Scheduler() = default;

  /// Takes a request. It may be dropped at once (queue full, shed); the events tell. The
  /// returned id is always valid for the events. `submission.task` must exist.
  virtual RequestId submit(const Submission& submission, Time now) = 0;

  /// Withdraws a queued or deferred request: dropped{cancelled}. False: it has started or
  /// ended already.
  virtual bool cancel(RequestId request, Time now) = 0;

  /// Decides for one free slot. With Kind::run the members count as running from now.
  virtual Decision next(SlotId slot, Time now) = 0;

  /// A member of a running batch failed by itself: it ends as failed when the batch is finished().
  virtual void fail(RequestId request) = 0;

  /// Ends a running batch. `ok` false: its members end as failed. `measured` false keeps the
  /// time out of the estimator (warm-up, a hang).
  virtual void finished(BatchId batch, bool ok, Time now, bool measured = true) = 0;

  /// Lets time pass: expires requests, brings deferred ones back.
  virtual void advance(Time now) = 0;

  /// The next time at which advance() or next() could do something without new calls.
  [[nodiscard]] virtual Time wake_at() const = 0;

  /// Periodic task: its next request will arrive at `at`, then every TaskOptions::period.
  /// kNever: no more. A submit() of the task moves the announcement on by itself.
  virtual void announce(TaskId task, Time at) = 0;

  /// Takes an instance of a model on a slot out of service or back. When a model has no
  /// slot left, its queued and later requests end as dropped{quarantined}.
  virtual void set_available(ModelId model, SlotId slot, bool available, Time now) = 0;

  /// Thermal or power pressure from 0 (none) to 1: predictions grow by that factor, so that
  /// the shedder acts earlier.
  virtual void set_pressure(double pressure, Time now) = 0;

  /// Ends every queued and deferred request with `reason` (shutdown).
  virtual void drop_all(DropReason reason, Time now) = 0;

  [[nodiscard]] virtual const Accounting& accounting() const = 0;
  [[nodiscard]] virtual const Accounting& accounting(TaskId task) const = 0;
  /// Predicted time of a batch of `size`; zero while unknown.
  [[nodiscard]] virtual Duration estimate(ModelId model, std::uint32_t size) const = 0;
  [[nodiscard]] virtual const SchedulerOptions& options() const = 0;
};

}  // namespace sluice::schedule
