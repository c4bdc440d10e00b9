#include "schedule/planner.hpp"

namespace sluice::schedule {
namespace {

/// Finds the end of a priority level in Queues::order().
struct AfterLevel {
  bool operator()(std::int64_t level, const Request& r) const { return level < r.key.major; }
  bool operator()(const Request& r, std::int64_t level) const { return r.key.major < level; }
};

}  // namespace

void Planner::plan(const State& state, Queues& queues, bool levels) {
  gather(queues, levels);
  measure(state);
  fill(state);
  sweep(state);
}

void Planner::gather(Queues& queues, bool levels) {
  entries_.clear();
  const auto add = [&](Request& r) { entries_.push_back({r.deadline, r.id, &r}); };
  if (!levels) {
    for (auto it = queues.deadlines().begin();
         it != queues.deadlines().end() && entries_.size() < 2 * kWindow; ++it) {
      add(*it);
    }
    return;
  }
  OrderSet& order = queues.order();
  for (auto it = order.begin(); it != order.end();) {
    const std::int64_t level = it->key.major;
    const std::size_t before = entries_.size();
    while (it != order.end() && it->key.major == level && entries_.size() < before + kWindow) {
      add(*it);
      ++it;
    }
    merge(before);
    if (it != order.end() && it->key.major == level) {
      it = order.upper_bound(level, AfterLevel{});
    }
  }
}

void Planner::merge(std::size_t middle) {
  const auto first = entries_.begin();
  const auto second = first + static_cast<std::ptrdiff_t>(middle);
  if (middle == 0 || second == entries_.end()) {
    return;
  }
  merged_.resize(entries_.size());
  std::merge(first, second, second, entries_.end(), merged_.begin(),
             [](const Entry& a, const Entry& b) {
               return std::tie(a.deadline, a.id) < std::tie(b.deadline, b.id);
             });
  entries_.swap(merged_);
}

void Planner::measure(const State& state) {
  costs_.assign(state.models.size(), ModelCost{});
  for (const Entry& entry : entries_) {
    ModelCost& cost = costs_[entry.request->model];
    ++cost.queued;
    cost.latest = std::max(cost.latest, entry.deadline);
  }
  times_.clear();
  for (ModelId model = 0; model < costs_.size(); ++model) {
    // The cheapest batch that the backlog can fill and that somebody could still wait for.
    ModelCost& cost = costs_[model];
    cost.times = times_.size();
    cost.share = state.batch_time(model, 1);
    times_.push_back(cost.share);
    const std::uint32_t most = std::min(state.options.models[model].max_batch, cost.queued);
    for (std::uint32_t n = 2; n <= most; ++n) {
      const Duration time = state.batch_time(model, n);
      times_.push_back(time);
      if (state.now + time <= cost.latest && time / n < cost.share) {
        cost.best = n;
        cost.share = time / n;
      }
    }
    cost.inverse_share = 1 / std::max(1e-9, base::to_seconds(cost.share));
  }
}

void Planner::fill(const State& state) {
  jobs_.resize(entries_.size());
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    Request& r = *entries_[i].request;
    const ModelCost& cost = costs_[r.model];
    const Duration* times = &times_[cost.times];
    Job& job = jobs_[i];
    job.request = &r;
    job.deadline = r.deadline;
    job.priority = r.priority;
    job.slots = state.models[r.model].slots;
    job.displaced_by = nullptr;
    job.alone = times[0];
    job.work = cost.share;
    job.density = r.weight * cost.inverse_share;
    const bool hurried = cost.best > 1 && state.now + times[cost.best - 1] > r.deadline;
    if (!hurried && r.hint.count() <= 0) {
      continue;
    }
    if (hurried) {
      // Too late for the cheapest batch: it costs its share of a smaller one.
      std::uint32_t n = cost.best - 1;
      while (n > 1 && state.now + times[n - 1] > r.deadline) {
        --n;
      }
      job.work = times[n - 1] / n;
    }
    if (r.hint.count() > 0) {
      job.alone = state.service(r);
      const double factor = state.factor(r);
      job.work = cost.best == 1
                     ? job.alone
                     : Duration(std::llround(static_cast<double>(job.work.count()) * factor));
    }
    job.density = r.weight / std::max(1e-9, base::to_seconds(job.work));
  }
}

bool Planner::place(Job& job) {
  SlotId best = kNone;
  for (SlotId slot = 0; slot < free_.size(); ++slot) {
    if ((job.slots & bit(slot)) != 0 && (best == kNone || free_[slot] < free_[best])) {
      best = slot;
    }
  }
  if (best == kNone || free_[best] + job.alone > job.deadline) {
    return false;
  }
  job.slot = best;
  free_[best] += job.work;
  job.fate = Job::Fate::accepted;
  return true;
}

void Planner::make_room(std::size_t index) {
  Job& job = jobs_[index];
  displaced_.clear();
  while (true) {
    // The least important, then the least dense, then the most urgent: of equals, the one
    // that stays has more time.
    std::size_t victim = index;
    for (std::size_t i = 0; i < index; ++i) {
      const Job& other = jobs_[i];
      if (other.fate != Job::Fate::accepted || (other.slots & job.slots) == 0) {
        continue;
      }
      const Job& worst = jobs_[victim];
      if (std::tie(other.priority, other.density) < std::tie(worst.priority, worst.density) ||
          (victim == index && other.priority == job.priority && other.density == job.density)) {
        victim = i;
      }
    }
    if (victim == index) {
      for (const std::size_t i : displaced_) {
        jobs_[i].fate = Job::Fate::accepted;
        jobs_[i].displaced_by = nullptr;
        free_[jobs_[i].slot] += jobs_[i].work;
      }
      return;
    }
    displaced_.push_back(victim);
    jobs_[victim].fate = Job::Fate::excluded;
    jobs_[victim].displaced_by = &job;
    free_[jobs_[victim].slot] -= jobs_[victim].work;
    if (place(job)) {
      return;
    }
  }
}

void Planner::sweep(const State& state) {
  free_.clear();
  for (SlotId slot = 0; slot < state.slots.size(); ++slot) {
    free_.push_back(state.free_at(slot));
  }
  excluded_ = false;
  infeasible_ = false;
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    Job& job = jobs_[i];
    if (state.now + job.alone > job.deadline) {
      job.fate = Job::Fate::infeasible;
      infeasible_ = true;
    } else if (!place(job)) {
      // Either this one or those that make room for it.
      job.fate = Job::Fate::excluded;
      excluded_ = true;
      make_room(i);
    }
  }
}

}  // namespace sluice::schedule
