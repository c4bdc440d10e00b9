// The engine: the scheduler on real threads and a real clock, running real models.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "model/repository.hpp"
#include "runtime/fault.hpp"
#include "schedule/scheduler.hpp"

namespace sluice::runtime {

struct EngineOptions {
  /// Policy, shedding, slots and tasks. `models` may be empty or have one entry per loaded
  /// model in the order of Engine::create; the engine keeps the entry's `slots`, its profile
  /// where the loaded model has none, and fills in the rest from the loaded model.
  schedule::SchedulerOptions scheduler;
  /// Counts the configurations of a daemon; part of the names of its decisions.
  std::uint32_t generation = 1;
  /// A batch that runs longer than this fails its requests and takes the instance out.
  base::Duration hang_timeout{std::chrono::seconds(10)};
  /// Failures in a row after which an instance is quarantined. At least 1.
  std::uint32_t quarantine_after = 3;
  /// Time until a quarantined instance is probed with example inputs. Doubles with every probe,
  /// up to 32 times this, until the instance has served a batch again.
  base::Duration probe_after{std::chrono::seconds(1)};
  /// After stop(), or when drain()'s grace time has ended: how long batches that run already
  /// may take before their requests fail and their threads are left behind.
  base::Duration stop_timeout{std::chrono::seconds(1)};
  /// What submit_here() may run on its caller's thread: batches expected to take no longer (zero:
  /// none), with no more bytes of inputs, on instances that only compute. A hand-over to another
  /// thread and back costs about as much as such a batch.
  base::Duration here_time{std::chrono::microseconds(50)};
  std::size_t here_bytes = 256 << 10;
  /// Told of every fault (may be empty).
  FaultCallback on_fault;
};

/// How one request ended.
struct Response {
  schedule::RequestId id = 0;
  schedule::Outcome outcome = schedule::Outcome::dropped;
  schedule::DropReason reason = schedule::DropReason::expired;  ///< if dropped
  std::string error;                                            ///< if failed: why
  schedule::Numbers numbers;                    ///< what the decision that ended it rested on
  schedule::TaskId protects = schedule::kNone;  ///< shed: the task for whose deadlines
  schedule::ModelId model = schedule::kNone;    ///< that it ran or would have run on
  backend::Tensors outputs;                     ///< if on time or late
  base::Duration queued{0};   ///< arrival to start (to the end, if it never started)
  base::Duration service{0};  ///< start to end of its batch
  base::Duration latency{0};  ///< arrival to end
};
using Callback = std::function<void(Response)>;

/// One of the requests of submit_together().
struct Offer {
  schedule::Submission submission;
  backend::Tensors inputs;
  Callback done;
};

/// PARAMETERS AND BEHAVIOUR
/// One thread per slot runs batches; one more (the keeper) waits for what comes with time:
/// expiry, announced starts, hangs, probes, the ends of drains. Every request that submit()
/// accepted gets exactly one Response, whatever its instance, the caller or a shutdown does.
///
/// FAULTS: an instance that fails, throws, returns what does not fit the model or hangs fails
/// the requests of that batch and no others. A batch that outlives `hang_timeout` is answered at
/// once; its thread is left behind and the slot gets a new one. Instances that fail
/// `quarantine_after` times in a row, or hang, leave service; probes bring them back.
///
/// THREADS: every function is thread-safe. Callbacks run on engine threads and on those lent by
/// submit_here(), outside its locks: they may submit, cancel and stop(); they must not block,
/// drain() or destroy the engine. Scheduler events reach `sink` in order, under the engine's lock:
/// a sink must be quick and must not call the engine.
///
/// DESTRUCTION: as stop(), then waits until every request is answered. A call that never
/// returns keeps its thread and its models alive, but neither clock nor sink is used again.
class Engine {
 public:
  /// Starts the threads. `sink` gets every scheduler event; clock and sink must outlive the
  /// engine, and the clock must go on. Errors: options out of range, a model without usable example
  /// inputs, whatever Scheduler::create finds.
  static base::Result<std::unique_ptr<Engine>> create(
      EngineOptions options, std::vector<std::shared_ptr<model::Model>> models,
      const base::Clock& clock, schedule::EventSink& sink);
  virtual ~Engine() = default;

  /// Takes a request; `done` is called exactly once, never from within submit(). An arrival of
  /// Time{} means now. Errors (the request is not offered and `done` is not called): inputs
  /// that do not fit the task's model or one it can be degraded to, an unknown task, an engine
  /// that drains or has stopped.
  virtual base::Result<schedule::RequestId> submit(const schedule::Submission& submission,
                                                   backend::Tensors inputs, Callback done) = 0;
  virtual base::Result<std::future<Response>> submit(const schedule::Submission& submission,
                                                     backend::Tensors inputs) = 0;
  /// As submit() for each in turn, but no slot is given work before all are queued: an idle one
  /// takes a batch of them, where submit() would start the first by itself. One result per offer,
  /// in their order.
  virtual std::vector<base::Result<schedule::RequestId>> submit_together(
      std::vector<Offer> offers) = 0;
  /// As submit(), but lends the engine the calling thread: if the scheduler gives an idle slot a
  /// small batch (see EngineOptions::here_time), the caller runs it, and what follows it if that
  /// is small, too. On error `inputs` are as they were. `done` and other callbacks may be called
  /// from within: the caller must hold no locks that they take.
  virtual base::Result<schedule::RequestId> submit_here(const schedule::Submission& submission,
                                                        backend::Tensors&& inputs,
                                                        Callback done) = 0;
  /// Withdraws a request that has not started; it ends as dropped{cancelled}. False: too late.
  virtual bool cancel(schedule::RequestId request) = 0;
  virtual void announce(schedule::TaskId task, base::Time at) = 0;
  virtual void set_pressure(double pressure) = 0;
  /// Acts on the clock's present value before it returns. Needed only after a clock that moves
  /// by jumps has jumped.
  virtual void wake() = 0;

  /// Stops taking requests and returns when every request was answered: waits up to `grace` for
  /// queued ones, drops the rest (shutdown), waits up to `stop_timeout` for running batches.
  virtual void drain(base::Duration grace) = 0;
  /// The impatient stop: takes no more requests, drops what is queued, asks running batches to
  /// stop, and makes drain() return within `stop_timeout`. Does not wait.
  virtual void stop() = 0;

  [[nodiscard]] virtual schedule::Accounting accounting() const = 0;
  [[nodiscard]] virtual schedule::Accounting accounting(schedule::TaskId task) const = 0;
  /// The model as the scheduler numbers it. `id` must be less than the number of models.
  [[nodiscard]] virtual const model::Model& model(schedule::ModelId id) const = 0;
  /// Instances of the model that are not quarantined. `id` as in model().
  [[nodiscard]] virtual std::size_t in_service(schedule::ModelId id) const = 0;
  /// `id` must be less than the number of tasks.
  [[nodiscard]] virtual const std::string& task_name(schedule::TaskId id) const = 0;
  /// As in EngineOptions.
  [[nodiscard]] virtual std::uint32_t generation() const = 0;
};

}  // namespace sluice::runtime
