#include "schedule/scheduler.hpp"

#include <numeric>

#include "schedule/scheduler_impl.hpp"
#include "schedule/validate.hpp"

namespace sluice::schedule {

std::uint64_t Accounting::dropped_total() const {
  return std::accumulate(std::begin(dropped), std::end(dropped), std::uint64_t{0});
}

bool Accounting::holds() const {
  return offered == on_time + late + failed + dropped_total() + queued + deferred + running;
}

SchedulerImpl::SchedulerImpl(const SchedulerOptions& options, EventSink& sink)
    : state_(options),
      queues_(state_.queues),
      ledger_(options.tasks.size(), sink),
      policy_(make_policy(options, planner_)),
      shares_(options.tasks),
      controller_(options.shed_engage, options.shed_release),
      plans_(options.policy == PolicyKind::slack || options.shedder == ShedderKind::adaptive),
      levels_(options.policy == PolicyKind::slack || options.policy == PolicyKind::priority) {}

RequestId SchedulerImpl::submit(const Submission& submission, Time now) {
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
  r.failed = false;
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

bool SchedulerImpl::cancel(RequestId id, Time now) {
  advance(now);
  Request* r = pool_.find(id);
  if (r == nullptr || r->state == RequestState::running) {
    return false;
  }
  drop(*r, DropReason::cancelled);
  return true;
}

Decision SchedulerImpl::next(SlotId slot, Time now) {
  advance(now);
  Decision decision;
  state_.slots[slot].wait_until = base::kNever;
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
    state_.slots[slot].wait_until = pick_.until;
    decision.kind = Decision::Kind::wait;
    decision.until = pick_.until;
    note_wait(slot);
  }
  return decision;
}

void SchedulerImpl::fail(RequestId request) {
  Request* r = pool_.find(request);
  if (r != nullptr && r->state == RequestState::running) {
    r->failed = true;
  }
}

void SchedulerImpl::finished(BatchId batch, bool ok, Time now, bool measured) {
  advance(now);
  for (SlotId id = 0; id < state_.slots.size(); ++id) {
    if (state_.slots[id].busy && state_.slots[id].batch == batch) {
      finish(id, ok, measured);
      return;
    }
  }
}

void SchedulerImpl::advance(Time now) {
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

Time SchedulerImpl::wake_at() const {
  Time at = base::kNever;
  for (const Slot& slot : state_.slots) {
    at = std::min(at, slot.wait_until);
  }
  if (!deferred_.empty()) {
    at = std::min(at, deferred_.front()->back_at);
  }
  const DeadlineSet& deadlines = queues_.deadlines();
  if (state_.options.expire && !deadlines.empty()) {
    at = std::min(at, deadlines.begin()->deadline);
  }
  return at;
}

void SchedulerImpl::set_available(ModelId model, SlotId slot, bool available, Time now) {
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

void SchedulerImpl::set_pressure(double pressure, Time now) {
  advance(now);
  state_.pressure = std::clamp(pressure, 0.0, 1.0);
}

void SchedulerImpl::drop_all(DropReason reason, Time now) {
  state_.now = std::max(state_.now, now);
  drop_if([](const Request&) { return true; }, reason);
  while (!deferred_.empty()) {
    drop(*deferred_.front(), reason);
  }
}

const Accounting& SchedulerImpl::accounting(TaskId task) const {
  return ledger_.task(task);
}

Duration SchedulerImpl::estimate(ModelId model, std::uint32_t size) const {
  return state_.estimator.batch(model, size);
}

base::Result<std::unique_ptr<Scheduler>> Scheduler::create(SchedulerOptions options,
                                                           EventSink& sink) {
  if (auto valid = validate(options); !valid) {
    return tl::unexpected(valid.error());
  }
  return std::make_unique<SchedulerImpl>(options, sink);
}

}  // namespace sluice::schedule
