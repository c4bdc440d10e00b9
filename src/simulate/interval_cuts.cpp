#include "simulate/interval_cuts.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace sluice::simulate {

IntervalSeparator::IntervalSeparator(std::vector<WindowedWork> jobs, double capacity)
    : jobs_(std::move(jobs)), capacity_(capacity), by_release_(jobs_.size()) {
  std::iota(by_release_.begin(), by_release_.end(), std::size_t{0});
  std::sort(by_release_.begin(), by_release_.end(),
            [&](std::size_t a, std::size_t b) { return jobs_[a].release > jobs_[b].release; });
  for (const WindowedWork& job : jobs_) {
    deadlines_.push_back(job.deadline);
  }
  std::sort(deadlines_.begin(), deadlines_.end());
  deadlines_.erase(std::unique(deadlines_.begin(), deadlines_.end()), deadlines_.end());
  for (const WindowedWork& job : jobs_) {
    const auto at = std::lower_bound(deadlines_.begin(), deadlines_.end(), job.deadline);
    deadline_of_.push_back(static_cast<std::size_t>(at - deadlines_.begin()));
  }
  nodes_.resize(4 * deadlines_.size());
}

void IntervalSeparator::build(std::size_t node, std::size_t lo, std::size_t hi) {
  nodes_[node].add = 0;
  if (hi - lo == 1) {
    nodes_[node].max = -capacity_ * deadlines_[lo];
    nodes_[node].at = lo;
    return;
  }
  const std::size_t mid = lo + (hi - lo) / 2;
  build(2 * node, lo, mid);
  build(2 * node + 1, mid, hi);
  nodes_[node].max = nodes_[2 * node].max;  // deadlines ascend: the first is the largest
  nodes_[node].at = nodes_[2 * node].at;
}

void IntervalSeparator::add_from(std::size_t node, std::size_t lo, std::size_t hi, std::size_t from,
                                 double value) {
  Node& here = nodes_[node];
  if (from <= lo) {
    here.max += value;
    here.add += value;
    return;
  }
  const std::size_t mid = lo + (hi - lo) / 2;
  if (from < mid) {
    add_from(2 * node, lo, mid, from, value);
  }
  add_from(2 * node + 1, mid, hi, from, value);
  const Node& left = nodes_[2 * node];
  const Node& right = nodes_[2 * node + 1];
  here.max = here.add + std::max(left.max, right.max);
  here.at = left.max >= right.max ? left.at : right.at;
}

IntervalSeparator::Node IntervalSeparator::best_from(std::size_t node, std::size_t lo,
                                                     std::size_t hi, std::size_t from) const {
  if (from <= lo) {
    return nodes_[node];
  }
  const std::size_t mid = lo + (hi - lo) / 2;
  Node best = best_from(2 * node + 1, mid, hi, from);
  if (from < mid) {
    const Node left = best_from(2 * node, lo, mid, from);
    if (left.max >= best.max) {
      best = left;
    }
  }
  best.max += nodes_[node].add;
  return best;
}

std::vector<OverloadedInterval> IntervalSeparator::find(std::span<const double> selected,
                                                        double tolerance) {
  std::vector<OverloadedInterval> found;
  if (jobs_.empty()) {
    return found;
  }
  const std::size_t n = deadlines_.size();
  build(1, 0, n);
  // From the latest release back: nodes hold, per deadline e, the selected work inside
  // [release, e] minus capacity * e.
  std::size_t after = n;  // first deadline after the current release
  for (std::size_t i = 0; i < by_release_.size(); ++i) {
    const std::size_t job = by_release_[i];
    if (selected[job] > 0) {
      add_from(1, 0, n, deadline_of_[job], jobs_[job].work * selected[job]);
    }
    const double from = jobs_[job].release;
    if (i + 1 < by_release_.size() && jobs_[by_release_[i + 1]].release == from) {
      continue;
    }
    while (after > 0 && deadlines_[after - 1] > from) {
      --after;
    }
    if (after == n) {
      continue;
    }
    const Node best = best_from(1, 0, n, after);
    const double excess = best.max + capacity_ * from;
    if (excess > tolerance) {
      found.push_back({from, deadlines_[best.at], excess});
    }
  }
  return found;
}

}  // namespace sluice::simulate
