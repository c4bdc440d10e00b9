// What an engine does about instances that fail or hang, and what it tells the scheduler.
#include <algorithm>
#include <utility>

#include "runtime/core.hpp"

namespace sluice::runtime {

using base::Time;
using base::to_ms;

void Core::judge(const Run& run, schedule::SlotId id, const base::Error* error, Time now) {
  if (!run.instance) {
    note(FaultKind::batch_failed, run.model, 0, id, error->message, now);
    return;
  }
  const std::size_t instance = *run.instance;
  InstancePool& pool = models_[run.model].pool;
  if (error == nullptr) {
    pool.succeeded(instance);
    return;
  }
  if (run.cancel->cancelled()) {
    pool.released(instance);
    return;
  }
  note(FaultKind::batch_failed, run.model, instance, id,
       fmt::format("a batch of {} failed: {}", run.requests.size(), error->message), now);
  if (pool.failed(instance, now)) {
    note(FaultKind::quarantined, run.model, instance, id,
         "failed too often in a row (quarantine_after): out of service until a probe succeeds",
         now);
    balance(run.model, id, now);
    note_due(pool.next_probe());
  }
}

void Core::give_up_overdue(Time now) {
  for (schedule::SlotId id = 0; id < slots_.size(); ++id) {
    if (!slots_[id].running) {
      continue;
    }
    if (base::add(slots_[id].run->started, options_.hang_timeout) <= now) {
      give_up(id, fmt::format("ran longer than {} ms (hang_timeout)", to_ms(options_.hang_timeout)),
              now);
    } else if (give_up_at_ <= now) {
      give_up(id,
              fmt::format("did not stop within {} ms (stop_timeout)", to_ms(options_.stop_timeout)),
              now);
    }
  }
}

void Core::give_up(schedule::SlotId id, std::string_view why, Time now) {
  Slot& slot = slots_[id];
  const std::shared_ptr<Run> run = slot.run;
  const std::string error =
      fmt::format("model '{}': a batch of {} {}", models_[run->model].model->options().name,
                  run->requests.size(), why);
  slot.running = false;
  --running_;
  for (const schedule::RequestId request : run->requests) {
    table_.find(request)->error = error;
  }
  scheduler_->finished(run->batch, false, now, false);
  note(FaultKind::batch_hung, run->model, run->instance.value_or(0), id,
       fmt::format("a batch of {} {}: its requests failed", run->requests.size(), why), now);
  if (slot.idle && !run->lent) {
    // Its thread has not even woken up for the batch: it sleeps on, and nothing hangs.
    if (run->instance) {
      models_[run->model].pool.released(*run->instance);
    }
  } else {
    leave_behind(id, now);
  }
  decide_idle(now);
}

void Core::leave_behind(schedule::SlotId id, Time now) {
  Slot& slot = slots_[id];
  const std::shared_ptr<Run> run = std::exchange(slot.run, std::make_shared<Run>());
  outbox_.cancels.push_back(run->cancel);
  run->stray = std::make_shared<StrayState>();
  run->stray->model = run->model;
  run->stray->started = run->started;
  run->stray->cancel = run->cancel;
  if (!run->lent) {  // the caller's thread is not ours to join
    strays_.push_back({std::move(slot.thread), run->stray});
  }
  if (run->instance) {
    run->stray->instance = *run->instance;
    ModelState& model = models_[run->model];
    model.hung[*run->instance] = run->stray;
    model.pool.lost(*run->instance, now);
    note(FaultKind::quarantined, run->model, *run->instance, id,
         "hangs: out of service until it is replaced, or its call returns and a probe succeeds",
         now);
    note_due(model.pool.next_probe());
    balance(run->model, id, now);
  }
  if (!stopping_ && !run->lent) {
    start_slot(id);  // it decides for the slot as it starts
  }
}

void Core::came_back(StrayState& call) {
  call.ended = true;
  stray_ended_.notify_all();
  if (exit_) {
    return;
  }
  const Time now = clock_.now();
  ModelState& model = models_[call.model];
  if (call.orphan) {
    model.pool.orphan_returned(call.instance);
  } else {
    model.hung[call.instance].reset();
    model.pool.returned(call.instance, now);
  }
  note(FaultKind::call_returned, call.model, call.instance, schedule::kNone,
       fmt::format("the call that hung returned after {} ms", to_ms(now - call.started)), now);
  note_due(model.pool.next_probe());
  hand_over();
}

// The scheduler knows places (model, slot) and how many batches of a model may run at once, but
// not that fewer instances are left. With some of a model's instances out of service, only as
// many places stay open as instances are left, those with a running batch among them: so no
// batch can start without an instance for it.
void Core::balance(schedule::ModelId id, schedule::SlotId first, Time now) {
  ModelState& model = models_[id];
  const std::size_t left = model.pool.in_service();
  const std::size_t wanted = left == model.pool.size() ? model.places.size() : left;
  auto open = static_cast<std::size_t>(std::ranges::count_if(model.places, &Place::open));
  const auto set = [&](Place& place, bool available) {
    place.open = available;
    open = available ? open + 1 : open - 1;
    scheduler_->set_available(id, place.slot, available, now);
  };
  const auto close_where = [&](auto&& matches) {
    for (Place& place : model.places) {
      if (open > wanted && place.open && matches(place.slot)) {
        set(place, false);
      }
    }
  };
  close_where([&](schedule::SlotId slot) { return slot == first; });
  close_where([&](schedule::SlotId slot) {
    return !(slots_[slot].running && slots_[slot].run->model == id);
  });
  for (Place& place : model.places) {
    if (open < wanted && !place.open) {
      set(place, true);
    }
  }
}

void Core::note(FaultKind kind, schedule::ModelId model, std::size_t instance,
                schedule::SlotId slot, std::string message, Time now) {
  if (!options_.on_fault) {
    return;
  }
  if (model != schedule::kNone) {
    message = fmt::format("model '{}', instance {}: {}", models_[model].model->options().name,
                          instance, message);
  }
  outbox_.faults.push_back({kind, now, model, instance, slot, std::move(message)});
}

}  // namespace sluice::runtime
