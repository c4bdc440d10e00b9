// Running batches, and the numbers that explain decisions.
#include "schedule/scheduler_impl.hpp"

namespace sluice::schedule {

bool SchedulerImpl::pick_entitled(SlotId slot) {
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

Decision SchedulerImpl::start(SlotId id) {
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

void SchedulerImpl::finish(SlotId id, bool ok, bool measured) {
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
    event.outcome = !ok || r->failed            ? Outcome::failed
                    : state_.now <= r->deadline ? Outcome::on_time
                                                : Outcome::late;
    event.reason = DropReason::backend_failed;
    ledger_.finished(*r, state_.now, event);
    r->state = RequestState::ended;
    pool_.release(*r);
  }
  slot.members.clear();
}

Duration SchedulerImpl::raw_hint(const std::vector<Request*>& batch) const {
  if (batch.size() == 1) {
    return batch[0]->raw_hint;
  }
  return Duration{0};
}

Event SchedulerImpl::numbered(const Request& r) const {
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

void SchedulerImpl::note_wait(SlotId slot) {
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

}  // namespace sluice::schedule
