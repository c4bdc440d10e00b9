#include "schedule/scheduler.hpp"

#include <numeric>

#include "schedule/fair_share.hpp"
#include "schedule/ledger.hpp"
#include "schedule/policy.hpp"
#include "schedule/request_pool.hpp"
#include "schedule/shedder.hpp"
#include "schedule/validate.hpp"

namespace sluice::schedule {

std::uint64_t Accounting::dropped_total() const {
  return std::accumulate(std::begin(dropped), std::end(dropped), std::uint64_t{0});
}

bool Accounting::holds() const {
  return offered == on_time + late + failed + dropped_total() + queued + deferred + running;
}

namespace {

class SchedulerImpl final : public Scheduler {
 public:
  SchedulerImpl(const SchedulerOptions& options, EventSink& sink)
      : state_(options),
        queues_(state_.queues),
        ledger_(options.tasks.size(), sink),
        policy_(make_policy(options, planner_)),
        shares_(options.tasks),
        controller_(options.shed_engage, options.shed_release),
        plans_(options.policy == PolicyKind::slack || options.shedder == ShedderKind::adaptive),
        levels_(options.policy == PolicyKind::slack || options.policy == PolicyKind::priority) {}

  RequestId submit(const Submission& submission, Time now) override {
    advance(now);
    const TaskOptions& task = state_.options.tasks[submission.task];
    Request& r = pool_.make(++state_.last_id);
    r.task = submission.task;
    r.priority = submission.priority.value_or(task.priority);
    r.arrival = submission.arrival;
    r.deadline = submission.deadline.value_or(base::add(submission.arrival, task.latency_budget));
    r.raw_hint = submission.service_hint;
    r.state = RequestState::queued;
    r.spared = false;
    join(r, submission.task);
    state_.announcements.arrived(submission.task, submission.arrival);
    const RequestId id = r.id;
    ledger_.arrived(r, state_.now, numbered(r));
    enqueue(r);
    if (state_.options.shedder == ShedderKind::backlog) {
      shed_backlog();
    } else if (controller_.active()) {
      review();
      shed_excluded();
    }
    return id;
  }

  bool cancel(RequestId id, Time now) override {
    advance(now);
    Request* r = pool_.find(id);
    if (r == nullptr || r->state == RequestState::running) {
      return false;
    }
    drop(*r, DropReason::cancelled);
    return true;
  }

  Decision next(SlotId slot, Time now) override {
    advance(now);
    Decision decision;
    wait_until_ = base::kNever;
    if (state_.slots[slot].busy || queues_.size() == 0) {
      return decision;
    }
    if (plans_) {
      review();
    }
    pick_.clear();
    if (!pick_entitled(slot)) {
      policy_->pick(state_, queues_, slot, pick_);
    }
    if (!pick_.batch.empty()) {
      decision = start(slot);
      shed_excluded();
      return decision;
    }
    shed_excluded();
    if (pick_.until != base::kNever) {
      wait_until_ = pick_.until;
      decision.kind = Decision::Kind::wait;
      decision.until = pick_.until;
      note_wait(slot);
    }
    return decision;
  }

  void finished(BatchId batch, bool ok, Time now, bool measured) override {
    advance(now);
    for (SlotId id = 0; id < state_.slots.size(); ++id) {
      if (state_.slots[id].busy && state_.slots[id].batch == batch) {
        finish(id, ok, measured);
        return;
      }
    }
  }

  void advance(Time now) override {
    state_.now = std::max(state_.now, now);
    state_.announcements.advance(state_.now);
    while (!deferred_.empty() && deferred_.front()->back_at <= state_.now) {
      Request& r = *deferred_.front();
      deferred_.erase(deferred_.begin());
      r.state = RequestState::queued;
      ledger_.requeued(r, state_.now);
      enqueue(r);
    }
    if (state_.options.expire) {
      DeadlineSet& deadlines = queues_.deadlines();
      while (!deadlines.empty() && deadlines.begin()->deadline <= state_.now) {
        drop(*deadlines.begin(), DropReason::expired);
      }
    }
  }

  [[nodiscard]] Time wake_at() const override {
    Time at = wait_until_;
    if (!deferred_.empty()) {
      at = std::min(at, deferred_.front()->back_at);
    }
    const DeadlineSet& deadlines = queues_.deadlines();
    if (state_.options.expire && !deadlines.empty()) {
      at = std::min(at, deadlines.begin()->deadline);
    }
    return at;
  }

  void announce(TaskId task, Time at) override { state_.announcements.announce(task, at); }

  void set_available(ModelId model, SlotId slot, bool available, Time now) override {
    advance(now);
    SlotMask& slots = state_.models[model].slots;
    const SlotMask before = slots;
    slots = available ? slots | bit(slot) : slots & ~bit(slot);
    if (slots == before) {
      return;
    }
    Event event;
    event.model = model;
    event.slot = slot;
    ledger_.note(available ? EventKind::slot_up : EventKind::slot_down, state_.now, event);
    if (slots == 0) {
      drop_if([&](const Request& r) { return r.model == model; }, DropReason::quarantined);
    }
  }

  void set_pressure(double pressure, Time now) override {
    advance(now);
    state_.pressure = std::clamp(pressure, 0.0, 1.0);
  }

  void drop_all(DropReason reason, Time now) override {
    state_.now = std::max(state_.now, now);
    drop_if([](const Request&) { return true; }, reason);
    while (!deferred_.empty()) {
      drop(*deferred_.front(), reason);
    }
  }

  [[nodiscard]] const Accounting& accounting() const override { return ledger_.total(); }
  [[nodiscard]] const Accounting& accounting(TaskId task) const override {
    return ledger_.task(task);
  }
  [[nodiscard]] Duration estimate(ModelId model, std::uint32_t size) const override {
    return state_.estimator.batch(model, size);
  }
  [[nodiscard]] const SchedulerOptions& options() const override { return state_.options; }

 private:
  // --- Entering and leaving the queues ---------------------------------------------------

  /// Makes `task` the one in whose queue the request stands.
  void join(Request& r, TaskId task) {
    const TaskOptions& options = state_.options.tasks[task];
    r.queue = task;
    r.model = options.model;
    r.weight = options.weight;
    r.hint = r.raw_hint.count() > 0 && r.task == task
                 ? state_.estimator.calibrated(r.model, r.raw_hint)
                 : Duration{0};
    r.key = policy_->key(r);
  }

  /// Puts a queued request where it belongs, or ends it.
  void enqueue(Request& r) {
    if (state_.models[r.model].slots == 0) {
      end(r, DropReason::quarantined, numbered(r));
      return;
    }
    if (state_.options.expire && r.deadline <= state_.now) {
      end(r, DropReason::expired, numbered(r));
      return;
    }
    const TaskOptions& task = state_.options.tasks[r.queue];
    if (queues_.size(r.queue) >= task.queue_capacity && !evict(r, task.on_full)) {
      return;
    }
    queues_.insert(r);
  }

  /// Makes room in a full queue. False: the newcomer itself was dropped.
  bool evict(Request& newcomer, OnFull rule) {
    FifoList& list = queues_.task(newcomer.queue);
    if (rule == OnFull::drop_newest) {
      end(newcomer, DropReason::queue_full_newest, numbered(newcomer));
      return false;
    }
    if (rule == OnFull::drop_oldest) {
      drop(list.front(), DropReason::queue_full_oldest);
      return true;
    }
    Request* least = &newcomer;
    for (Request& r : list) {
      if (r.priority < least->priority ||
          (r.priority == least->priority && r.deadline > least->deadline)) {
        least = &r;
      }
    }
    if (least == &newcomer) {
      end(newcomer, DropReason::queue_full_lowest_value, numbered(newcomer));
      return false;
    }
    drop(*least, DropReason::queue_full_lowest_value);
    return true;
  }

  /// Ends a queued or deferred request.
  void drop(Request& r, DropReason reason) {
    const Event event = numbered(r);
    leave(r);
    end(r, reason, event);
  }
  void leave(Request& r) {
    if (r.state == RequestState::deferred) {
      deferred_.erase(std::find(deferred_.begin(), deferred_.end(), &r));
    } else {
      queues_.erase(r);
    }
  }
  void end(Request& r, DropReason reason, Event event) {
    event.reason = reason;
    ledger_.dropped(r, state_.now, event);
    r.state = RequestState::ended;
    pool_.release(r);
  }

  template <class Condition>
  void drop_if(Condition condition, DropReason reason) {
    DeadlineSet& all = queues_.deadlines();
    for (auto it = all.begin(); it != all.end();) {
      Request& r = *it++;
      if (condition(r)) {
        drop(r, reason);
      }
    }
  }

  // --- Shedding --------------------------------------------------------------------------

  /// Plans and drops what cannot be on time. A request that a cheaper task takes over changes
  /// that task's queue, so the plan is made again; each request is taken over at most once.
  void review() {
    bool changed = true;
    while (changed) {
      changed = false;
      planner_.plan(state_, queues_, levels_);
      for (const Job& job : planner_.jobs()) {
        if (job.fate == Job::Fate::infeasible && job.request->state == RequestState::queued) {
          changed = shed(job, DropReason::infeasible) || changed;
        }
      }
    }
    if (state_.options.shedder == ShedderKind::adaptive) {
      const auto change = controller_.feed(planner_.overloaded(), state_.now);
      if (change != ShedController::Change::none) {
        Event event;
        event.numbers.queued = static_cast<std::uint32_t>(queues_.size());
        ledger_.note(
            change == ShedController::Change::on ? EventKind::shedding_on : EventKind::shedding_off,
            state_.now, event);
      }
    }
  }

  /// While shedding is on, takes out what the last plan left out and no batch picked up.
  void shed_excluded() {
    if (!controller_.active()) {
      return;
    }
    for (const Job& job : planner_.jobs()) {
      if (job.fate == Job::Fate::excluded && job.request->state == RequestState::queued) {
        shed(job, DropReason::shed);
      }
    }
  }

  /// True: another task took the request over.
  bool shed(const Job& job, DropReason reason) {
    Request& r = *job.request;
    Event event = numbered(r);
    event.numbers.service = job.alone;
    event.numbers.density = job.density;
    const Job* winner = job.displaced_by;
    while (winner != nullptr && winner->displaced_by != nullptr) {
      winner = winner->displaced_by;
    }
    if (winner != nullptr) {
      event.other_task = winner->request->task;
      event.other_request = winner->request->id;
    }
    return give_up(r, reason, event);
  }

  void shed_backlog() {
    while (queues_.size() > state_.options.backlog_threshold) {
      TaskId protects = kNone;
      Request* r = backlog_victim(queues_, state_.options.tasks, &protects);
      if (r == nullptr) {
        return;
      }
      Event event = numbered(*r);
      event.other_task = protects;
      give_up(*r, DropReason::shed, event);
    }
  }

  /// Takes a queued request out by the task's fallback rule. True: another task took it over.
  bool give_up(Request& r, DropReason reason, Event event) {
    const TaskOptions& task = state_.options.tasks[r.queue];
    event.reason = reason;
    if (!r.spared && task.on_shed == OnShed::defer && reason == DropReason::shed &&
        state_.now + task.defer_by + state_.service(r) <= r.deadline) {
      leave(r);
      defer(r, state_.now + task.defer_by, event);
      return false;
    }
    if (!r.spared && task.on_shed == OnShed::degrade) {
      const TaskOptions& cheaper = state_.options.tasks[task.degrade_to];
      if (state_.now + state_.batch_time(cheaper.model, 1) <= r.deadline) {
        leave(r);
        r.spared = true;
        join(r, task.degrade_to);
        event.other_task = r.queue;
        ledger_.degraded(r, state_.now, event);
        enqueue(r);
        return true;
      }
    }
    leave(r);
    end(r, reason, event);
    return false;
  }

  void defer(Request& r, Time until, Event event) {
    r.state = RequestState::deferred;
    r.back_at = until;
    event.until = until;
    const auto position =
        std::upper_bound(deferred_.begin(), deferred_.end(), until,
                         [](Time at, const Request* other) { return at < other->back_at; });
    deferred_.insert(position, &r);
    ledger_.deferred(r, state_.now, event);
  }

  // --- Running ---------------------------------------------------------------------------

  /// A task whose minimum share is due goes before the policy's choice.
  bool pick_entitled(SlotId slot) {
    const TaskId task = shares_.entitled(state_, slot);
    if (task == kNone) {
      return false;
    }
    const std::uint32_t most = state_.options.models[state_.options.tasks[task].model].max_batch;
    for (Request& r : queues_.task(task)) {
      if (pick_.batch.size() < most) {
        pick_.batch.push_back(&r);
        const Time finish = state_.now + state_.batch_time(pick_.batch);
        const bool late = std::any_of(pick_.batch.begin(), pick_.batch.end(),
                                      [&](const Request* each) { return finish > each->deadline; });
        if (late && state_.options.expire) {
          pick_.batch.pop_back();
        }
      }
    }
    return !pick_.batch.empty();
  }

  Decision start(SlotId id) {
    Slot& slot = state_.slots[id];
    const ModelId model = pick_.batch.front()->model;
    slot.busy = true;
    slot.batch = ++last_batch_;
    slot.model = model;
    slot.started = state_.now;
    slot.predicted = state_.batch_time(pick_.batch);
    slot.hint = raw_hint(pick_.batch);
    slot.members.assign(pick_.batch.begin(), pick_.batch.end());
    ++state_.models[model].running;

    Event event;
    event.model = model;
    event.slot = id;
    event.batch = slot.batch;
    event.batch_size = static_cast<std::uint32_t>(slot.members.size());
    event.numbers.service = slot.predicted;
    event.numbers.predicted_finish = state_.now + slot.predicted;
    event.numbers.queued = static_cast<std::uint32_t>(queues_.size());
    ledger_.note(EventKind::batch_started, state_.now, event);

    Decision decision;
    running_ids_.clear();
    for (Request* r : slot.members) {
      queues_.erase(*r);
      r->state = RequestState::running;
      event.numbers.task_queued = static_cast<std::uint32_t>(queues_.size(r->queue));
      ledger_.started(*r, state_.now, event);
      running_ids_.push_back(r->id);
    }
    decision.kind = Decision::Kind::run;
    decision.batch = slot.batch;
    decision.model = model;
    decision.requests = running_ids_;
    decision.predicted = slot.predicted;
    return decision;
  }

  void finish(SlotId id, bool ok, bool measured) {
    Slot& slot = state_.slots[id];
    const Duration spent = state_.now - slot.started;
    const auto size = static_cast<std::uint32_t>(slot.members.size());
    if (ok && measured) {
      state_.estimator.add(slot.model, size, spent);
      if (slot.hint.count() > 0) {
        state_.estimator.add_hint(slot.model, slot.hint, spent);
      }
    }
    shares_.charge(state_, slot, spent);
    slot.busy = false;
    --state_.models[slot.model].running;

    Event event;
    event.model = slot.model;
    event.slot = id;
    event.batch = slot.batch;
    event.batch_size = size;
    event.numbers.service = spent;
    event.numbers.predicted_finish = slot.started + slot.predicted;
    event.numbers.queued = static_cast<std::uint32_t>(queues_.size());
    event.outcome = ok ? Outcome::on_time : Outcome::failed;
    ledger_.note(EventKind::batch_finished, state_.now, event);
    for (Request* r : slot.members) {
      event.outcome = !ok                         ? Outcome::failed
                      : state_.now <= r->deadline ? Outcome::on_time
                                                  : Outcome::late;
      event.reason = DropReason::backend_failed;
      ledger_.finished(*r, state_.now, event);
      r->state = RequestState::ended;
      pool_.release(*r);
    }
    slot.members.clear();
  }

  /// What the callers' own hints predict for the batch; zero without hints.
  [[nodiscard]] Duration raw_hint(const std::vector<Request*>& batch) const {
    if (batch.size() == 1) {
      return batch[0]->raw_hint;
    }
    return Duration{0};
  }

  // --- Explaining ------------------------------------------------------------------------

  /// The numbers that belong to any decision about `r` at this moment.
  [[nodiscard]] Event numbered(const Request& r) const {
    Event event;
    event.numbers.service = state_.service(r);
    event.numbers.queued = static_cast<std::uint32_t>(queues_.size());
    event.numbers.task_queued = static_cast<std::uint32_t>(queues_.size(r.queue));
    const Time start = state_.earliest_start(r.model);
    if (start != base::kNever) {
      event.numbers.backlog = start - state_.now;
      event.numbers.predicted_finish = start + event.numbers.service;
    }
    return event;
  }

  /// One event per wait, not one per look.
  void note_wait(SlotId slot) {
    if (pick_.waits_for == kNone || pick_.until == noted_wait_) {
      return;
    }
    noted_wait_ = pick_.until;
    Event event;
    event.slot = slot;
    event.until = pick_.until;
    event.other_task = pick_.waits_for;
    event.numbers.queued = static_cast<std::uint32_t>(queues_.size());
    ledger_.note(EventKind::waited, state_.now, event);
  }

  State state_;
  Queues& queues_;
  RequestPool pool_;
  Ledger ledger_;
  Planner planner_;
  std::unique_ptr<Policy> policy_;
  FairShare shares_;
  ShedController controller_;
  const bool plans_;
  const bool levels_;
  std::vector<Request*> deferred_;  // by back_at
  std::vector<RequestId> running_ids_;
  Pick pick_;
  BatchId last_batch_ = 0;
  Time wait_until_ = base::kNever;
  Time noted_wait_{};
};

}  // namespace

base::Result<std::unique_ptr<Scheduler>> Scheduler::create(SchedulerOptions options,
                                                           EventSink& sink) {
  if (auto valid = validate(options); !valid) {
    return tl::unexpected(valid.error());
  }
  return std::make_unique<SchedulerImpl>(options, sink);
}

}  // namespace sluice::schedule
