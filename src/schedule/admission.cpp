// How requests enter, wait in and leave the queues.
#include "schedule/scheduler_impl.hpp"

namespace sluice::schedule {

void SchedulerImpl::join(Request& r, TaskId task) {
  const TaskOptions& options = state_.options.tasks[task];
  r.queue = task;
  r.model = options.model;
  r.weight = options.weight;
  r.hint = r.raw_hint.count() > 0 && r.task == task
               ? state_.estimator.calibrated(r.model, r.raw_hint)
               : Duration{0};
  r.key = policy_->key(r);
}

void SchedulerImpl::enqueue(Request& r) {
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

bool SchedulerImpl::evict(Request& newcomer, OnFull rule) {
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

void SchedulerImpl::drop(Request& r, DropReason reason) {
  const Event event = numbered(r);
  leave(r);
  end(r, reason, event);
}

void SchedulerImpl::leave(Request& r) {
  if (r.state == RequestState::deferred) {
    deferred_.erase(std::find(deferred_.begin(), deferred_.end(), &r));
  } else {
    queues_.erase(r);
  }
}

void SchedulerImpl::end(Request& r, DropReason reason, Event event) {
  event.reason = reason;
  ledger_.dropped(r, state_.now, event);
  r.state = RequestState::ended;
  pool_.release(r);
}

}  // namespace sluice::schedule
