#include "schedule/lookahead.hpp"

#include <algorithm>

namespace sluice::schedule {
namespace {

/// Announced arrivals looked at per decision, all tasks together.
constexpr std::size_t kMostDemands = 128;

bool outranks(const State& state, TaskId task, std::int32_t priority) {
  return state.options.tasks[task].priority > priority &&
         state.announcements.next(task) != base::kNever;
}

}  // namespace

Lookahead::Verdict Lookahead::judge(const State& state, const Planner& plan, SlotId slot,
                                    Duration time, std::int32_t priority,
                                    const std::vector<Request*>& members) {
  Verdict verdict;
  if (state.options.protection == Protection::none) {
    return verdict;
  }
  // The announced task whose request comes first is the one to name.
  for (TaskId task = 0; task < state.options.tasks.size(); ++task) {
    const ModelId model = state.options.tasks[task].model;
    if (outranks(state, task, priority) && (state.models[model].slots & bit(slot)) != 0) {
      const Time at = state.announcements.look_at(task, state.now);
      if (at < verdict.until) {
        verdict.until = at;
        verdict.task = task;
      }
    }
  }
  if (state.options.protection == Protection::strict) {
    return verdict.task == kNone ? verdict : strict(state, slot, time, priority);
  }
  const Time end = state.now + time;
  if (verdict.task == kNone) {
    collect_queued(plan, state, slot, priority, members);
    const std::size_t late = late_in_order(end);
    verdict.allowed = late == 0 || late <= late_in_order(state.now);
    return verdict;
  }
  collect(state, plan, end, priority, members);
  // What happens after an idle moment does not depend on the batch.
  if (misses(state, slot, end, Scope::until_idle) == 0) {
    return verdict;
  }
  // Some may be late without the batch, too; then holding it back helps nobody. The firm ones
  // count by themselves: what protection holds back must not be an excuse to harm them.
  verdict.allowed = true;
  for (const Scope scope : {Scope::firm, Scope::all}) {
    verdict.allowed =
        verdict.allowed && misses(state, slot, end, scope) <= misses(state, slot, state.now, scope);
  }
  return verdict;
}

Lookahead::Verdict Lookahead::strict(const State& state, SlotId slot, Duration time,
                                     std::int32_t priority) const {
  Verdict verdict;
  for (TaskId task = 0; task < state.options.tasks.size(); ++task) {
    if (!outranks(state, task, priority)) {
      continue;
    }
    const SlotMask slots = state.models[state.options.tasks[task].model].slots;
    const Time at = std::max(state.announcements.next(task), state.now);
    bool elsewhere = (slots & bit(slot)) == 0;
    for (SlotId other = 0; other < state.slots.size() && !elsewhere; ++other) {
      elsewhere = other != slot && (slots & bit(other)) != 0 && state.free_at(other) <= at;
    }
    const Time look = state.announcements.look_at(task, state.now);
    if (!elsewhere && state.now + time > at && look < verdict.until) {
      verdict = {false, look, task};
    }
  }
  return verdict;
}

// With nothing announced, what counts is what the plan put on this slot: it charges shares of
// full batches, so a request that it accepted may not bear the batch that really starts. A
// request whose model has no free instance cannot take the slot, so it is no reason to leave it
// idle.
void Lookahead::collect_queued(const Planner& plan, const State& state, SlotId slot,
                               std::int32_t priority, const std::vector<Request*>& members) {
  demands_.clear();
  for (const Job& job : plan.jobs()) {
    if (job.fate == Job::Fate::accepted && job.priority > priority && job.slot == slot &&
        state.can_start(job.request->model, slot) &&
        std::find(members.begin(), members.end(), job.request) == members.end()) {
      demands_.push_back({state.now, job.deadline, job.alone, bit(slot), true, false});
    }
  }
  std::sort(demands_.begin(), demands_.end(), [](const Demand& a, const Demand& b) {
    return a.deadline != b.deadline ? a.deadline < b.deadline : a.work < b.work;
  });
}

std::size_t Lookahead::late_in_order(Time slot_free) const {
  std::size_t late = 0;
  for (const Demand& demand : demands_) {
    slot_free += demand.work;
    late += slot_free > demand.deadline ? 1u : 0u;
  }
  return late;
}

void Lookahead::collect(const State& state, const Planner& plan, Time until, std::int32_t priority,
                        const std::vector<Request*>& members) {
  demands_.clear();
  std::int32_t firm = INT32_MAX;
  for (TaskId task = 0; task < state.options.tasks.size(); ++task) {
    if (outranks(state, task, priority)) {
      firm = std::min(firm, state.options.tasks[task].priority);
    }
  }
  for (const Job& job : plan.jobs()) {
    if (job.fate == Job::Fate::accepted && job.priority > priority &&
        std::find(members.begin(), members.end(), job.request) == members.end()) {
      demands_.push_back(
          {state.now, job.deadline, job.alone, job.slots, job.priority >= firm, false});
    }
  }
  for (TaskId task = 0; task < state.options.tasks.size(); ++task) {
    if (!outranks(state, task, priority)) {
      continue;
    }
    const TaskOptions& options = state.options.tasks[task];
    const Duration work = state.batch_time(options.model, 1);
    Time at = state.announcements.next(task);
    // Past the batch's end the backlog it left shrinks or was not caused by it; look as far
    // as the longest wait it can cause.
    const Time horizon = base::add(until, options.latency_budget);
    for (std::size_t n = 0; n < kMostDemands && at <= horizon; ++n) {
      demands_.push_back({std::max(at, state.now), base::add(at, options.latency_budget), work,
                          state.models[options.model].slots, true, false});
      if (options.period.count() <= 0) {
        break;
      }
      at += options.period;
    }
  }
}

std::size_t Lookahead::misses(const State& state, SlotId slot, Time slot_free, Scope scope) {
  free_.clear();
  for (SlotId s = 0; s < state.slots.size(); ++s) {
    free_.push_back(s == slot ? slot_free : state.free_at(s));
  }
  for (Demand& demand : demands_) {
    demand.done = scope == Scope::firm && !demand.firm;
  }
  std::size_t late = 0;
  for (std::size_t served = 0; served < demands_.size(); ++served) {
    // The demand that can start first; among those that can start together, by deadline.
    Demand* next = nullptr;
    SlotId where = kNone;
    Time start = base::kNever;
    for (Demand& demand : demands_) {
      if (demand.done) {
        continue;
      }
      SlotId best = kNone;
      for (SlotId s = 0; s < free_.size(); ++s) {
        if ((demand.slots & bit(s)) != 0 && (best == kNone || free_[s] < free_[best])) {
          best = s;
        }
      }
      if (best == kNone) {
        continue;
      }
      const Time at = std::max(demand.release, free_[best]);
      if (at < start || (at == start && demand.deadline < next->deadline)) {
        next = &demand;
        where = best;
        start = at;
      }
    }
    if (next == nullptr ||
        (scope == Scope::until_idle && start > *std::max_element(free_.begin(), free_.end()))) {
      break;
    }
    next->done = true;
    const Time finish = start + next->work;
    late += finish > next->deadline ? 1u : 0u;
    free_[where] = finish;
  }
  return late;
}

}  // namespace sluice::schedule
