#include "schedule/planner.hpp"

namespace sluice::schedule {

void Planner::plan(const State& state, Queues& queues, bool levels) {
  gather(state, queues, levels);
  measure(state);
  sweep(state);
}

void Planner::gather(const State& state, Queues& queues, bool levels) {
  jobs_.clear();
  const auto add = [&](Request& r) {
    Job& job = jobs_.emplace_back();
    job.request = &r;
    job.deadline = r.deadline;
    job.priority = r.priority;
    job.slots = state.models[r.model].slots;
  };
  if (!levels) {
    for (auto it = queues.deadlines().begin();
         it != queues.deadlines().end() && jobs_.size() < 2 * kWindow; ++it) {
      add(*it);
    }
    return;
  }
  std::size_t runs = 0;
  OrderSet& order = queues.order();
  for (auto it = order.begin(); it != order.end();) {
    const std::int64_t level = it->key.major;
    std::size_t taken = 0;
    while (it != order.end() && it->key.major == level && taken < kWindow) {
      add(*it);
      ++taken;
      ++it;
    }
    ++runs;
    if (taken == kWindow && it != order.end() && it->key.major == level) {
      it = order.upper_bound(level, [](const auto& a, const auto& b) {
        if constexpr (std::is_same_v<std::decay_t<decltype(a)>, Request>) {
          return a.key.major < b;
        } else {
          return a < b.key.major;
        }
      });
    }
  }
  if (runs > 1) {
    std::sort(jobs_.begin(), jobs_.end(), [](const Job& a, const Job& b) {
      return std::tie(a.deadline, a.request->id) < std::tie(b.deadline, b.request->id);
    });
  }
}

void Planner::measure(const State& state) {
  const std::size_t models = state.models.size();
  model_count_.assign(models, 0);
  model_latest_.assign(models, Time::min());
  model_share_.resize(models);
  for (const Job& job : jobs_) {
    const ModelId model = job.request->model;
    ++model_count_[model];
    model_latest_[model] = std::max(model_latest_[model], job.deadline);
  }
  for (ModelId model = 0; model < models; ++model) {
    // The cheapest batch that the backlog can fill and that somebody could still wait for.
    const std::uint32_t most = std::min(state.options.models[model].max_batch, model_count_[model]);
    model_share_[model] = state.batch_time(model, 1);
    for (std::uint32_t n = 2; n <= most; ++n) {
      const Duration time = state.batch_time(model, n);
      if (state.now + time <= model_latest_[model]) {
        model_share_[model] = std::min(model_share_[model], time / n);
      }
    }
  }
  for (Job& job : jobs_) {
    const Request& r = *job.request;
    job.alone = state.service(r);
    job.work = job.alone;
    if (model_count_[r.model] > 1 && state.options.models[r.model].max_batch > 1) {
      const double share = static_cast<double>(model_share_[r.model].count());
      job.work = Duration(std::llround(share * state.factor(r)));
    }
    const double seconds = std::max(1e-9, base::to_seconds(job.work));
    job.density = r.weight / seconds;
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
  job.finish = free_[best] + job.alone;
  free_[best] += job.work;
  job.fate = Job::Fate::accepted;
  return true;
}

bool Planner::make_room(std::size_t index) {
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
      return false;
    }
    displaced_.push_back(victim);
    jobs_[victim].fate = Job::Fate::excluded;
    jobs_[victim].displaced_by = &job;
    free_[jobs_[victim].slot] -= jobs_[victim].work;
    if (place(job)) {
      return true;
    }
  }
}

void Planner::sweep(const State& state) {
  free_.clear();
  for (SlotId slot = 0; slot < state.slots.size(); ++slot) {
    free_.push_back(state.free_at(slot));
  }
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    Job& job = jobs_[i];
    if (state.now + job.alone > job.deadline) {
      job.fate = Job::Fate::infeasible;
      continue;
    }
    if (!place(job) && !make_room(i)) {
      job.fate = Job::Fate::excluded;
    }
  }
  overloaded_ = std::any_of(jobs_.begin(), jobs_.end(),
                            [](const Job& job) { return job.fate == Job::Fate::excluded; });
}

}  // namespace sluice::schedule
