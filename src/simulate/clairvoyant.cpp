#include "simulate/clairvoyant.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

namespace sluice::simulate {
namespace {

using Ticks = std::int64_t;

// The accepted jobs in order of deadline, each with the time at which it ends.
struct Accepted {
  std::vector<Ticks> release;
  std::vector<Ticks> work;
  std::vector<Ticks> end;

  void push(Ticks r, Ticks p) {
    const Ticks before = end.empty() ? std::numeric_limits<Ticks>::min() : end.back();
    release.push_back(r);
    work.push_back(p);
    end.push_back(std::max(before, r) + p);
  }

  // Takes out the job without which the rest ends earliest. A job in front of the last idle
  // gap cannot change the end, so the search stops there.
  void drop_best() {
    const std::size_t n = work.size();
    std::size_t best = n;
    Ticks best_end = std::numeric_limits<Ticks>::max();
    // The jobs behind candidate i, started at t, end at max(t + tail_work, tail_end).
    Ticks tail_work = 0;
    Ticks tail_end = std::numeric_limits<Ticks>::min();
    for (std::size_t i = n; i-- > 0;) {
      Ticks end_without = tail_end;
      if (i > 0) {
        end_without = std::max(end_without, end[i - 1] + tail_work);
      }
      if (end_without < best_end) {
        best_end = end_without;
        best = i;
      }
      const bool starts_busy_period = i == 0 || end[i - 1] <= release[i];
      if (starts_busy_period) {
        break;
      }
      tail_end = std::max(tail_end, release[i] + work[i] + tail_work);
      tail_work += work[i];
    }
    const auto at = static_cast<std::ptrdiff_t>(best);
    release.erase(release.begin() + at);
    work.erase(work.begin() + at);
    end.erase(end.begin() + at);
    for (std::size_t i = best; i < work.size(); ++i) {
      const Ticks before = i == 0 ? std::numeric_limits<Ticks>::min() : end[i - 1];
      end[i] = std::max(before, release[i]) + work[i];
    }
  }
};

}  // namespace

base::Result<std::uint64_t> clairvoyant_on_time(std::span<const Job> jobs) {
  std::vector<std::size_t> order(jobs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return jobs[a].deadline != jobs[b].deadline ? jobs[a].deadline < jobs[b].deadline
                                                : jobs[a].release < jobs[b].release;
  });
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (jobs[order[i]].release < jobs[order[i - 1]].release) {
      return base::fail(base::ErrorCode::invalid,
                        "jobs {} and {}: the later deadline has the earlier release; the exact "
                        "optimum needs agreeable times",
                        order[i - 1], order[i]);
    }
  }
  Accepted accepted;
  for (const std::size_t i : order) {
    const Job& job = jobs[i];
    accepted.push(job.release.time_since_epoch().count(), job.work.count());
    if (accepted.end.back() > job.deadline.time_since_epoch().count()) {
      accepted.drop_best();
    }
  }
  return accepted.work.size();
}

}  // namespace sluice::simulate
