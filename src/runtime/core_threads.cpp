// The threads of an engine: the slots' loops, the keeper's loop, how they sleep and deliver.
#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

#include "runtime/core.hpp"

namespace sluice::runtime {

using base::Duration;
using base::ErrorCode;
using base::Time;

namespace {

/// How long the keeper sleeps when something stays due although it was just seen to: that must
/// not become a busy loop.
constexpr Duration kNapWhenStuck = std::chrono::milliseconds(1);
/// Keeps the system's wait far from overflow.
constexpr Duration kLongestNap = std::chrono::hours(1);
/// How long until a thread that the system refused is asked for again.
constexpr Duration kThreadRetry = std::chrono::seconds(1);

}  // namespace

bool Core::start_slot(schedule::SlotId id) {
  try {
    slots_[id].thread = std::thread([self = shared_from_this(), id] { self->slot_loop(id); });
    return true;
  } catch (const std::system_error& e) {
    note(FaultKind::no_thread, schedule::kNone, 0, id,
         fmt::format("the system refused a thread for slot {} ({}); trying again", id, e.what()),
         clock_.now());
    note_due(base::add(clock_.now(), kThreadRetry));
    return false;
  }
}

void Core::close() {
  if (!scheduler_) {
    return;  // start() failed before there was anything to close
  }
  stop();
  Lock lock(mutex_);
  if (keeper_.joinable()) {
    quiet_.wait(lock, [this] { return quiet(); });
  }
  exit_ = true;
  for (Slot& slot : slots_) {
    slot.wake.notify_one();
  }
  rouse_keeper();
  lock.unlock();
  if (keeper_.joinable()) {
    keeper_.join();
  }
  for (Slot& slot : slots_) {
    if (slot.thread.joinable()) {
      slot.thread.join();
    }
  }
  leave_strays();
}

void Core::slot_loop(schedule::SlotId id) {
  Lock lock(mutex_);
  Slot& slot = slots_[id];
  Outbox outbox;
  for (;;) {
    if (!exit_) {
      const Time now = clock_.now();
      decide(id, now);
      decide_idle(now);
      after_change();
    }
    if (slot.running) {
      hand_over();  // drops of this decision: their callbacks must not delay the batch
    } else {
      if (!outbox_.empty()) {
        deliver(lock, outbox);
        continue;
      }
      slot.idle = true;
      slot.wake.wait(lock, [&] { return (slot.running && !slot.run->lent) || exit_; });
      slot.idle = false;
      if (!slot.running) {
        return;
      }
    }
    const std::shared_ptr<Run> run = slot.run;
    lock.unlock();
    auto results = execute(*run);
    run->inputs.clear();  // here and not under the lock
    run->copy.reset();
    lock.lock();
    if (run->stray) {
      came_back(*run->stray);
      return;
    }
    conclude(id, std::move(results));
    // Before the next decision, so that the time callbacks take is nobody's service time.
    deliver(lock, outbox);
  }
}

BatchResult Core::execute(const Run& run) const {
  if (run.copy == nullptr) {
    const base::Result<backend::Tensors> none =
        base::fail(ErrorCode::internal, "no instance of model '{}' was free for its batch",
                   models_[run.model].model->options().name);
    return {std::vector(run.requests.size(), none), std::nullopt};
  }
  return run_apart(*run.copy, run.inputs, *run.cancel);
}

void Core::keeper_loop() {
  Lock lock(mutex_);
  Outbox outbox;
  while (!exit_) {
    const Time now = clock_.now();
    tick(now);
    if (!outbox_.empty()) {
      deliver(lock, outbox);
      continue;
    }
    const Time due = next_due(now);
    armed_ = due > now ? due : base::add(now, kNapWhenStuck);
    // The clock decides what is due, the system's own only how long to sleep: a clock that runs
    // otherwise (a test's) is looked at again after that.
    keeper_wake_.wait_for(lock, std::min(armed_ - clock_.now(), kLongestNap),
                          [this] { return armed_ == kAwake; });
    armed_ = kAwake;
  }
}

void Core::tick(Time now) {
  if (scheduler_->wake_at() <= now) {
    scheduler_->advance(now);
    decide_idle(now);
  }
  if (drain_until_ <= now) {
    end_intake(now);
  }
  give_up_overdue(now);
  start_probes(now);
  mind_strays(now);
  for (schedule::SlotId id = 0; id < slots_.size() && !stopping_; ++id) {
    if (!slots_[id].thread.joinable()) {
      start_slot(id);
    }
  }
  after_change();
}

void Core::deliver(Lock& lock, Outbox& outbox) {
  std::swap(outbox, outbox_);
  ++delivering_;
  lock.unlock();
  for (const auto& cancel : outbox.cancels) {
    cancel->cancel();
  }
  for (Stray& stray : outbox.ended_strays) {
    stray.thread.join();
  }
  std::vector<std::pair<schedule::RequestId, std::string>> thrown;
  for (Completion& completion : outbox.completions) {
    const schedule::RequestId id = completion.response.id;
    try {
      if (completion.done) {
        completion.done(std::move(completion.response));
      }
    } catch (const std::exception& e) {
      thrown.emplace_back(id, e.what());
    } catch (...) {
      thrown.emplace_back(id, "an exception of unknown type");
    }
  }
  for (const Fault& fault : outbox.faults) {
    options_.on_fault(fault);
  }
  outbox.completions.clear();
  outbox.faults.clear();
  outbox.cancels.clear();
  outbox.ended_strays.clear();
  lock.lock();
  --delivering_;
  for (const auto& [id, what] : thrown) {
    note(FaultKind::callback_threw, schedule::kNone, 0, schedule::kNone,
         fmt::format("the callback of request {} threw: {}", id, what), clock_.now());
  }
  hand_over();
}

void Core::note_due(Time due) {
  if (due < armed_) {
    rouse_keeper();
  }
}

void Core::rouse_keeper() {
  if (armed_ != kAwake) {
    armed_ = kAwake;
    keeper_wake_.notify_one();
  }
}

Time Core::next_due(Time now) const {
  Time due = std::min(scheduler_->wake_at(), drain_until_);
  for (const Slot& slot : slots_) {
    if (slot.running) {
      due = std::min({due, base::add(slot.run->started, options_.hang_timeout), give_up_at_});
    } else if (!slot.thread.joinable() && !stopping_) {
      due = std::min(due, base::add(now, kThreadRetry));
    }
  }
  for (const ModelState& model : models_) {
    if (!stopping_) {
      due = std::min(due, model.pool.next_probe());
    }
  }
  for (const Stray& stray : strays_) {
    const StrayState& state = *stray.state;
    if (state.kind != StrayState::Kind::hung_batch && !state.overdue) {
      due = std::min(due, base::add(state.started, options_.hang_timeout));
    }
  }
  return due;
}

}  // namespace sluice::runtime
