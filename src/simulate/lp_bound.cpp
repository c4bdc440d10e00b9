#include "simulate/lp_bound.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <ClpSimplex.hpp>
#include <CoinError.hpp>

#include "simulate/interval_cuts.hpp"
#include "simulate/slot_groups.hpp"

namespace sluice::simulate {
namespace {

using base::ErrorCode;
using base::Time;

constexpr int kMaxRounds = 500;
constexpr std::size_t kCutsPerRound = 50;
// How far from the feasible point towards the relaxation's solution cuts are looked for.
constexpr double kStep = 0.2;
// The relative distance between bound and feasible point that is close enough.
constexpr double kGap = 1e-3;
// Excess work below this (seconds) is solver noise, not a violation.
constexpr double kTolerance = 1e-7;
// Equal weights make the solver crawl through ties. Raising each weight by another tiny amount
// breaks them, and keeps the bound valid.
constexpr double kTieBreak = 1e-4;

// Work that an accepted job must get inside [from, to].
double work_inside(const WindowedWork& job, bool alone, double from, double to) {
  if (job.release >= from && job.deadline <= to) {
    return job.work;
  }
  if (!alone) {
    return 0;
  }
  const double if_started_first = job.release + job.work - from;
  const double if_started_last = to - (job.deadline - job.work);
  return std::clamp(std::min(if_started_first, if_started_last), 0.0,
                    std::min(job.work, to - from));
}

class Relaxation {
 public:
  Relaxation(std::span<const BoundJob> jobs, std::uint32_t slots)
      : jobs_(jobs), groups_(slot_groups(jobs, slots)), solution_(jobs.size(), 1.0) {
    Time origin = base::kNever;
    for (const BoundJob& job : jobs) {
      origin = std::min(origin, job.release);
    }
    for (const SlotGroup& group : groups_) {
      std::vector<WindowedWork> windows;
      windows.reserve(group.jobs.size());
      for (const std::size_t i : group.jobs) {
        windows.push_back({base::to_seconds(jobs[i].release - origin),
                           base::to_seconds(jobs[i].deadline - origin),
                           base::to_seconds(jobs[i].work)});
      }
      separators_.emplace_back(std::move(windows), group.capacity);
    }
    model_.setLogLevel(0);
    model_.setOptimizationDirection(-1);
    model_.resize(0, static_cast<int>(jobs.size()));
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      const auto column = static_cast<int>(i);
      model_.setColumnBounds(column, 0, 1);
      const double tie = static_cast<double>(i * 2654435761u % 1024) / 1024;
      model_.setObjectiveCoefficient(column, jobs[i].weight * (1 + kTieBreak * tie));
    }
  }

  base::Result<LpBound> solve() {
    std::vector<double> feasible(jobs_.size(), 0.0);
    LpBound bound{value(solution_), false};
    for (int round = 0; round < kMaxRounds; ++round) {
      std::vector<double> point(jobs_.size());
      for (std::size_t i = 0; i < point.size(); ++i) {
        point[i] = feasible[i] + kStep * (solution_[i] - feasible[i]);
      }
      if (add_cuts(point) == 0) {
        feasible = std::move(point);
      } else {
        model_.dual();
        if (model_.status() != 0) {
          return base::fail(ErrorCode::internal, "the linear solver stopped with status {}",
                            model_.status());
        }
        bound.value = std::min(bound.value, model_.objectiveValue());
        std::copy_n(model_.getColSolution(), jobs_.size(), solution_.begin());
      }
      if (value(feasible) >= bound.value * (1 - kGap)) {
        bound.converged = true;
        break;
      }
    }
    return bound;
  }

 private:
  [[nodiscard]] double value(const std::vector<double>& x) const {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      sum += jobs_[i].weight * x[i];
    }
    return sum;
  }

  // Adds the constraints that `point` violates most; returns how many.
  std::size_t add_cuts(const std::vector<double>& point) {
    std::size_t added = 0;
    std::vector<double> selected;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      selected.clear();
      for (const std::size_t i : groups_[g].jobs) {
        selected.push_back(point[i]);
      }
      std::vector<OverloadedInterval> found = separators_[g].find(selected, kTolerance);
      std::sort(found.begin(), found.end(),
                [](const auto& a, const auto& b) { return a.excess > b.excess; });
      found.resize(std::min(found.size(), kCutsPerRound));
      for (const OverloadedInterval& interval : found) {
        add_row(g, interval);
      }
      added += found.size();
    }
    return added;
  }

  void add_row(std::size_t g, const OverloadedInterval& interval) {
    columns_.clear();
    coefficients_.clear();
    const std::span<const WindowedWork> windows = separators_[g].jobs();
    for (std::size_t k = 0; k < windows.size(); ++k) {
      const std::size_t i = groups_[g].jobs[k];
      const double inside = work_inside(windows[k], jobs_[i].alone, interval.from, interval.to);
      if (inside > 0) {
        columns_.push_back(static_cast<int>(i));
        coefficients_.push_back(inside);
      }
    }
    model_.addRow(static_cast<int>(columns_.size()), columns_.data(), coefficients_.data(),
                  -COIN_DBL_MAX, groups_[g].capacity * (interval.to - interval.from));
  }

  std::span<const BoundJob> jobs_;
  std::vector<SlotGroup> groups_;
  std::vector<IntervalSeparator> separators_;
  ClpSimplex model_;
  std::vector<double> solution_;
  std::vector<int> columns_;
  std::vector<double> coefficients_;
};

// The end of the part that begins at `first`, of jobs sorted by release: where no window reaches
// over, or, after `piece` jobs without such a place, where the fewest do. For the latter only the
// last third of the piece is looked at, so that pieces do not become small.
std::size_t part_end(std::span<const BoundJob> jobs, std::size_t first, std::size_t piece) {
  Time last_deadline = jobs[first].deadline;
  std::size_t end = first + 1;
  for (; end < jobs.size() && end - first < piece; ++end) {
    if (jobs[end].release >= last_deadline) {
      return end;
    }
    last_deadline = std::max(last_deadline, jobs[end].deadline);
  }
  if (end == jobs.size()) {
    return end;
  }
  std::size_t best = end;
  std::size_t fewest = piece + 1;
  for (std::size_t cut = end; cut > end - piece / 3; --cut) {
    std::size_t across = 0;
    for (std::size_t i = first; i < cut; ++i) {
      across += jobs[i].deadline > jobs[cut].release ? 1u : 0u;
    }
    if (across < fewest) {
      fewest = across;
      best = cut;
    }
  }
  return best;
}

// Every schedule's value is a multiple of the unit, if there is one.
double round_down(double value, std::span<const BoundJob> jobs) {
  double unit = HUGE_VAL;
  for (const BoundJob& job : jobs) {
    unit = std::min(unit, job.weight);
  }
  for (const BoundJob& job : jobs) {
    const double multiple = job.weight / unit;
    if (std::abs(multiple - std::round(multiple)) > 1e-9) {
      return value;
    }
  }
  return std::floor(value / unit + 1e-6) * unit;
}

}  // namespace

base::Result<LpBound> lp_bound(std::span<const BoundJob> jobs, std::uint32_t slots,
                               std::size_t piece) {
  LpBound total{0, true};
  // Requests without a deadline are on time whatever happens, and need no room by any time.
  std::vector<BoundJob> bounded;
  for (const BoundJob& job : jobs) {
    if (job.deadline == base::kNever) {
      total.value += job.weight;
    } else {
      bounded.push_back(job);
    }
  }
  std::stable_sort(bounded.begin(), bounded.end(),
                   [](const BoundJob& a, const BoundJob& b) { return a.release < b.release; });
  const std::span<const BoundJob> all(bounded);
  try {
    for (std::size_t first = 0; first < all.size();) {
      const std::size_t end = part_end(all, first, std::max<std::size_t>(piece, 3));
      const std::span<const BoundJob> part = all.subspan(first, end - first);
      const auto bound = Relaxation(part, slots).solve();
      if (!bound) {
        return bound;
      }
      total.value += round_down(bound->value, part);
      total.converged = total.converged && bound->converged;
      first = end;
    }
  } catch (CoinError& error) {
    return base::fail(ErrorCode::internal, "the linear solver failed: {}", error.message());
  }
  return total;
}

}  // namespace sluice::simulate
