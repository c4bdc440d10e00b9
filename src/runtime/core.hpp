// What stands behind an Engine: one lock around the scheduler, the slots' threads, the keeper.
// Internal to runtime/ and its tests; users see engine.hpp.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/engine.hpp"
#include "runtime/event_tap.hpp"
#include "runtime/instance_pool.hpp"
#include "runtime/request_table.hpp"
#include "runtime/run_batch.hpp"

namespace sluice::runtime {

/// Makes the scheduler; a test can put a double here.
using SchedulerFactory = std::function<base::Result<std::unique_ptr<schedule::Scheduler>>(
    schedule::SchedulerOptions, schedule::EventSink&)>;

/// The state that all threads of an engine share.
///
/// LOCKING: one mutex guards everything below it, the scheduler included; a decision takes
/// microseconds, a batch milliseconds. Batches, callbacks and fault notes run outside.
///
/// WAKING: whoever changes something (submit, a finished batch, the keeper) asks the scheduler
/// for the idle slots at once, and wakes a slot's thread only with a batch to run: no slot
/// wakes in vain. A slot that has just finished asks for itself, without any hand-over.
///
/// TIME: a separate thread, the keeper, sleeps until the next thing that time alone brings
/// about. It cannot be one of the slots' threads: with all of them busy, queued requests must
/// still end as expired when they expire, and hangs be noticed. It also delivers the responses
/// that other threads' calls produced (a submit() that pushes out the oldest request), because
/// a callback from within submit() could find its caller's locks taken.
///
/// LENT THREADS: a caller of submit_here() may run a slot's batch while the slot's own thread
/// sleeps on. For the rest of the engine that slot is running, and a batch that hangs is given up
/// like any other; only the thread inside is the caller's.
///
/// LIFE: threads hold a shared_ptr to the core. A call that never returns keeps the core, its
/// models and its own thread, and nothing else; when it returns after close(), it touches
/// neither clock nor scheduler nor sink.
class Core : public std::enable_shared_from_this<Core> {
 public:
  Core(EngineOptions options, const base::Clock& clock, schedule::EventSink& sink);
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  ~Core() = default;

  base::Status start(std::vector<std::shared_ptr<model::Model>> models,
                     const SchedulerFactory& make_scheduler);
  /// stop(), then waits for every response and joins or leaves behind every thread.
  void close();

  /// As in Engine.
  base::Result<schedule::RequestId> submit(const schedule::Submission& submission,
                                           backend::Tensors inputs, Callback done);
  std::vector<base::Result<schedule::RequestId>> submit_together(std::vector<Offer> offers);
  base::Result<schedule::RequestId> submit_here(const schedule::Submission& submission,
                                                backend::Tensors&& inputs, Callback done);
  bool cancel(schedule::RequestId request);
  void announce(schedule::TaskId task, base::Time at);
  void set_pressure(double pressure);
  void wake();
  void drain(base::Duration grace);
  void stop();
  [[nodiscard]] schedule::Accounting accounting() const;
  [[nodiscard]] schedule::Accounting accounting(schedule::TaskId task) const;
  [[nodiscard]] const model::Model& model(schedule::ModelId id) const { return *models_[id].model; }
  [[nodiscard]] std::size_t in_service(schedule::ModelId id) const;
  /// The tasks' names never change, so without the lock.
  [[nodiscard]] const std::string& task_name(schedule::TaskId id) const {
    return scheduler_->options().tasks[id].name;
  }
  [[nodiscard]] std::uint32_t generation() const { return options_.generation; }

 private:
  using Lock = std::unique_lock<std::mutex>;
  /// Value of armed_ while the keeper is awake: nothing is earlier, so nobody wakes it.
  static constexpr base::Time kAwake = base::Time::min();

  /// What a thread beside the slots is in: a call that hangs, or a probe. Guarded by mutex_.
  struct StrayState {
    enum class Kind : std::uint8_t { hung_batch, probe, replacement };
    Kind kind = Kind::hung_batch;
    schedule::ModelId model = 0;
    std::size_t instance = 0;
    std::shared_ptr<backend::Instance> copy;  ///< what a probe runs
    base::Time started{};
    std::shared_ptr<backend::CancelToken> cancel;
    bool overdue = false;  ///< a probe or replacement that took longer than hang_timeout
    bool ended = false;    ///< about to leave: can be joined
    bool orphan = false;   ///< a fresh copy has taken the place of the one the call is in
  };

  /// One batch in execution. Shared by its slot and its thread, so that a thread that was left
  /// behind keeps what its call still uses. Reused for the slot's next batch.
  struct Run {
    schedule::BatchId batch = 0;
    schedule::ModelId model = 0;
    std::optional<std::size_t> instance;
    /// The copy itself, taken under the lock: by the time its thread gets to run, the batch may
    /// have been given up and the index stand for another copy. Null without an instance.
    std::shared_ptr<backend::Instance> copy;
    base::Time started{};
    std::vector<schedule::RequestId> requests;
    std::vector<backend::Tensors> inputs;
    std::shared_ptr<backend::CancelToken> cancel;
    /// Set when its slot has given it up: its thread must leave.
    std::shared_ptr<StrayState> stray;
    bool lent = false;  ///< a caller's thread runs it, not the slot's
  };

  struct Slot {
    std::condition_variable wake;
    std::shared_ptr<Run> run = std::make_shared<Run>();
    bool running = false;  ///< `run` is assigned
    bool idle = false;     ///< its thread sleeps on `wake`
    std::thread thread;    ///< not joinable: the system refused one
  };

  /// A place where a model may run, as far as the scheduler knows.
  struct Place {
    schedule::SlotId slot = 0;
    bool open = true;
  };

  struct ModelState {
    std::shared_ptr<model::Model> model;
    InstancePool pool;
    std::vector<Place> places;
    backend::Tensors example;
    std::vector<std::shared_ptr<StrayState>> hung;  ///< by instance: the call inside
  };

  /// A thread beside the slots: left behind by a hang, or a probe's. Probes have threads of
  /// their own (at most one per instance out of service) because they may hang, too.
  struct Stray {
    std::thread thread;
    std::shared_ptr<StrayState> state;
  };

  /// What was decided under the lock and must be done outside of it.
  struct Completion {
    Callback done;
    Response response;
    backend::Tensors inputs;  ///< freed outside the lock, too
  };
  struct Outbox {
    std::vector<Completion> completions;
    std::vector<Fault> faults;
    std::vector<std::shared_ptr<backend::CancelToken>> cancels;  ///< runs code of the backend
    std::vector<Stray> ended_strays;                             ///< to join
    [[nodiscard]] bool empty() const {
      return completions.empty() && faults.empty() && cancels.empty() && ended_strays.empty();
    }
  };

  // core_start.cpp
  base::Status start_threads();

  // core.cpp: calls on the scheduler.
  [[nodiscard]] base::Status check_inputs(schedule::TaskId task,
                                          const backend::Tensors& inputs) const;
  base::Result<schedule::RequestId> admit(const schedule::Submission& submission,
                                          backend::Tensors& inputs, Callback& done, base::Time now);
  void decide(schedule::SlotId id, base::Time now);
  void decide_idle(base::Time now);
  void assign(schedule::SlotId id, const schedule::Decision& decision, base::Time now);
  void wake_slot(schedule::SlotId id);
  void conclude(schedule::SlotId id, BatchResult result);
  void end_intake(base::Time now);
  void settle();
  void after_change();
  void hand_over();
  [[nodiscard]] bool quiet() const;

  // core_threads.cpp: loops, sleeping, delivering.
  bool start_slot(schedule::SlotId id);
  void slot_loop(schedule::SlotId id);
  [[nodiscard]] BatchResult execute(const Run& run) const;
  void keeper_loop();
  void tick(base::Time now);
  void deliver(Lock& lock, Outbox& outbox);
  void note_due(base::Time due);
  void rouse_keeper();
  [[nodiscard]] base::Time next_due(base::Time now) const;

  // core_lend.cpp: batches on the threads of callers.
  std::optional<schedule::SlotId> decide_lent(base::Time now);
  [[nodiscard]] bool small(const Run& run) const;
  bool run_lent(Lock& lock, schedule::SlotId id);

  // core_faults.cpp: verdicts on instances, hangs, what the scheduler is told.
  void judge(const Run& run, schedule::SlotId id, const base::Error* error, base::Time now);
  void give_up_overdue(base::Time now);
  void give_up(schedule::SlotId id, std::string_view why, base::Time now);
  void leave_behind(schedule::SlotId id, base::Time now);
  void came_back(StrayState& call);
  void balance(schedule::ModelId id, schedule::SlotId first, base::Time now);
  void note(FaultKind kind, schedule::ModelId model, std::size_t instance, schedule::SlotId slot,
            std::string message, base::Time now);

  // core_probes.cpp: probes, replacements, threads left behind.
  void start_probes(base::Time now);
  void start_probe(schedule::ModelId model, InstancePool::Probe what, base::Time now);
  void probe(StrayState& state);
  void end_probe(StrayState& state, const base::Status& result, base::Time now);
  void mind_strays(base::Time now);
  void leave_strays();

  const EngineOptions options_;
  const base::Clock& clock_;
  /// Fixed once started, except the members that mutex_ guards: pool, places, hung.
  std::vector<ModelState> models_;

  mutable std::mutex mutex_;
  EventTap tap_;
  std::unique_ptr<schedule::Scheduler> scheduler_;
  RequestTable table_;
  std::vector<Slot> slots_;
  std::size_t running_ = 0;  ///< slots with `running`
  std::vector<Stray> strays_;
  std::condition_variable stray_ended_;

  Outbox outbox_;
  std::size_t delivering_ = 0;  ///< threads inside deliver()
  std::condition_variable quiet_;

  std::thread keeper_;
  std::condition_variable keeper_wake_;
  base::Time armed_ = kAwake;  ///< until when the keeper sleeps; kAwake: it does not

  bool intake_ = true;                     ///< submit() is open
  bool stopping_ = false;                  ///< everything queued was dropped for good
  bool exit_ = false;                      ///< threads must leave
  base::Time drain_until_ = base::kNever;  ///< end of drain()'s grace
  base::Time give_up_at_ = base::kNever;   ///< end of stop_timeout
};

}  // namespace sluice::runtime
