// What the scheduler tells the world: one Event for everything that happens to a request and
// for every decision, with the numbers the decision rested on.
#pragma once

#include "schedule/types.hpp"

namespace sluice::schedule {

/// Names are the journal's event types.
enum class EventKind : std::uint8_t {
  arrived,         ///< a request entered (offered)
  dropped,         ///< it will not run: `reason`, `numbers`
  deferred,        ///< shed, but comes back at `until`
  requeued,        ///< a deferred request is back in its queue
  degraded,        ///< shed, but taken over by task `other_task`
  started,         ///< it runs in `batch` on `slot` (one event per member)
  finished,        ///< it ended on time, late or failed: `outcome`
  batch_started,   ///< a batch of `batch_size` on `slot`: `numbers`
  batch_finished,  ///< `numbers.service` is the measured time
  waited,          ///< a slot stays idle on purpose until `until`, for task `other_task`
  shedding_on,     ///< the shedder began to act
  shedding_off,
  slot_down,  ///< a model's instance on a slot was taken out of service
  slot_up,
};

/// The numbers behind a decision. Zero or kNever where they do not apply.
struct Numbers {
  Duration service{0};            ///< predicted (measured in batch_finished) time of the batch
  Time predicted_finish{};        ///< of the request or batch, by prediction, at the decision
  Duration backlog{0};            ///< predicted work in front of it (running and accepted)
  std::uint32_t queued = 0;       ///< requests queued at the decision, all tasks
  std::uint32_t task_queued = 0;  ///< of them, this task's
  double density = 0.0;           ///< weight per second of service, what the shedder compares
};

struct Event {
  std::uint64_t seq = 0;  ///< 1, 2, 3, ... without gaps
  Time time{};
  EventKind kind = EventKind::arrived;
  RequestId request = 0;
  TaskId task = kNone;  ///< the task that offered the request
  ModelId model = kNone;
  SlotId slot = kNone;
  BatchId batch = 0;
  std::uint32_t batch_size = 0;
  std::int32_t priority = 0;
  Time arrival{};
  Time deadline{};
  Time until{};                 ///< deferred, waited
  TaskId other_task = kNone;    ///< protected task of a shed or wait; target of a degrade
  RequestId other_request = 0;  ///< the protected request, where it is a single one
  DropReason reason = DropReason::expired;
  Outcome outcome = Outcome::on_time;
  Numbers numbers;
};

const char* to_string(EventKind value);
std::optional<EventKind> event_kind_from(const std::string& name);

/// Receives events in order, on the thread that called the scheduler. Must not call back
/// into the scheduler; must be quick.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void on_event(const Event& event) = 0;
};

}  // namespace sluice::schedule
