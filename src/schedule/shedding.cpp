// What is given up under overload, and what becomes of it.
#include "schedule/scheduler_impl.hpp"

namespace sluice::schedule {

void SchedulerImpl::review() {
  bool changed = true;
  while (changed) {
    changed = false;
    planner_.plan(state_, queues_, levels_);
    if (!planner_.any_infeasible()) {
      break;
    }
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

void SchedulerImpl::shed_excluded() {
  if (!controller_.active() || !planner_.overloaded()) {
    return;
  }
  for (const Job& job : planner_.jobs()) {
    if (job.fate == Job::Fate::excluded && job.request->state == RequestState::queued) {
      shed(job, DropReason::shed);
    }
  }
}

bool SchedulerImpl::shed(const Job& job, DropReason reason) {
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

void SchedulerImpl::shed_backlog() {
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

bool SchedulerImpl::give_up(Request& r, DropReason reason, Event event) {
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

void SchedulerImpl::defer(Request& r, Time until, Event event) {
  r.state = RequestState::deferred;
  r.back_at = until;
  event.until = until;
  const auto position =
      std::upper_bound(deferred_.begin(), deferred_.end(), until,
                       [](Time at, const Request* other) { return at < other->back_at; });
  deferred_.insert(position, &r);
  ledger_.deferred(r, state_.now, event);
}

}  // namespace sluice::schedule
