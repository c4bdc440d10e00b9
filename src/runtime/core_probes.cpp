// How an engine gets instances back into service, and what becomes of its stray threads.
#include <algorithm>
#include <iterator>
#include <system_error>
#include <utility>

#include "runtime/core.hpp"
#include "runtime/run_batch.hpp"

namespace sluice::runtime {

using base::Time;

void Core::start_probes(Time now) {
  for (schedule::ModelId id = 0; id < models_.size() && !stopping_; ++id) {
    while (const std::optional<InstancePool::Probe> what = models_[id].pool.take_probe(now)) {
      start_probe(id, *what, now);
    }
  }
}

void Core::start_probe(schedule::ModelId model, InstancePool::Probe what, Time now) {
  auto state = std::make_shared<StrayState>();
  state->model = model;
  state->instance = what.index;
  state->copy = models_[model].model->instance(what.index);
  state->started = now;
  state->cancel = std::make_shared<backend::CancelToken>();
  state->kind = what.replace ? StrayState::Kind::replacement : StrayState::Kind::probe;
  note_due(base::add(now, options_.hang_timeout));
  try {
    std::thread thread([self = shared_from_this(), state] { self->probe(*state); });
    strays_.push_back({std::move(thread), state});
  } catch (const std::system_error& e) {
    models_[model].pool.probed(what.index, false, now);
    note(FaultKind::no_thread, model, what.index, schedule::kNone,
         fmt::format("the system refused a thread for a probe ({}); trying again", e.what()), now);
  }
}

void Core::probe(StrayState& state) {
  ModelState& owner = models_[state.model];
  const bool replace = state.kind == StrayState::Kind::replacement;
  base::Status result;
  if (replace) {
    state.copy.reset();
    result = owner.model->replace_instance(state.instance, state.cancel.get());
  } else {
    const auto outputs = run_batch(*state.copy, std::span(&owner.example, 1), *state.cancel);
    if (!outputs) {
      result = tl::unexpected(outputs.error());
    }
  }
  const Lock lock(mutex_);
  if (state.overdue && !replace) {
    came_back(state);
    return;
  }
  // The copy that hangs belongs to the thread that is inside, if its call has not returned by now.
  std::shared_ptr<StrayState>& inside = owner.hung[state.instance];
  if (replace && result && inside) {
    inside->orphan = true;
    inside.reset();
  }
  state.ended = true;
  stray_ended_.notify_all();
  if (!exit_) {
    end_probe(state, result, clock_.now());
  }
}

void Core::end_probe(StrayState& state, const base::Status& result, Time now) {
  InstancePool& pool = models_[state.model].pool;
  pool.probed(state.instance, result.has_value(), now);
  if (result) {
    note(FaultKind::recovered, state.model, state.instance, schedule::kNone,
         "passed its probe or was replaced; it is back in service", now);
    balance(state.model, schedule::kNone, now);
    decide_idle(now);
  } else {
    note(FaultKind::probe_failed, state.model, state.instance, schedule::kNone,
         fmt::format("stays out of service: {}", result.error().message), now);
    note_due(pool.next_probe());
  }
  hand_over();
}

void Core::mind_strays(Time now) {
  for (Stray& stray : strays_) {
    StrayState& state = *stray.state;
    if (state.ended) {
      outbox_.ended_strays.push_back(std::move(stray));
      continue;
    }
    if (state.overdue || state.kind == StrayState::Kind::hung_batch ||
        base::add(state.started, options_.hang_timeout) > now) {
      continue;
    }
    state.overdue = true;
    outbox_.cancels.push_back(state.cancel);
    if (state.kind == StrayState::Kind::probe) {
      ModelState& model = models_[state.model];
      model.hung[state.instance] = stray.state;
      model.pool.probed(state.instance, false, now);
      model.pool.lost(state.instance, now);
      note(FaultKind::probe_failed, state.model, state.instance, schedule::kNone,
           "stays out of service: its probe hangs", now);
    }
  }
  std::erase_if(strays_, [](const Stray& stray) { return stray.state == nullptr; });
}

void Core::leave_strays() {
  // The keeper and the slots' threads are gone: nobody else changes strays_ now.
  std::ranges::move(outbox_.ended_strays, std::back_inserter(strays_));
  outbox_.ended_strays.clear();
  for (const Stray& stray : strays_) {
    stray.state->cancel->cancel();
  }
  Lock lock(mutex_);
  // Real time, whatever the engine's clock: this bounds how long a destructor takes.
  stray_ended_.wait_for(lock, options_.stop_timeout, [this] {
    return std::ranges::all_of(strays_, [](const Stray& stray) { return stray.state->ended; });
  });
  std::vector<Stray> ended;
  for (Stray& stray : strays_) {
    if (stray.state->ended) {
      ended.push_back(std::move(stray));
    } else {
      stray.thread.detach();
    }
  }
  strays_.clear();
  lock.unlock();
  for (Stray& stray : ended) {
    stray.thread.join();
  }
}

}  // namespace sluice::runtime
