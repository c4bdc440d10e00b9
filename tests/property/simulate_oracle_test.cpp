// The offline bounds against brute force on small instances.
#include <algorithm>
#include <functional>
#include <numeric>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "simulate/bound.hpp"
#include "simulate/bound_jobs.hpp"
#include "simulate/clairvoyant.hpp"
#include "simulate/lp_bound.hpp"
#include "simulate/random.hpp"

namespace sluice::simulate {
namespace {

using base::Duration;
using base::Time;
using std::chrono::milliseconds;

Time at(std::int64_t ms) {
  return Time(milliseconds(ms));
}

// Every subset in every order.
std::uint64_t brute_force(const std::vector<Job>& jobs) {
  std::vector<std::size_t> order(jobs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::uint64_t best = 0;
  do {
    // In this order, who does not fit is left out: over all orders that covers all subsets.
    Time now = Time::min();
    std::uint64_t on_time = 0;
    for (const std::size_t i : order) {
      const Time end = std::max(now, jobs[i].release) + jobs[i].work;
      if (end <= jobs[i].deadline) {
        now = end;
        ++on_time;
      }
    }
    best = std::max(best, on_time);
  } while (std::next_permutation(order.begin(), order.end()));
  return best;
}

// Thousands of instances, which rapidcheck would take long to draw one number at a time.
TEST(Clairvoyant, EqualsBruteForce) {
  Random random(1);
  for (int round = 0; round < 4000; ++round) {
    const std::size_t n = 1 + random.below(6);
    const bool equal_budgets = random.below(2) == 0;
    const auto budget = static_cast<std::int64_t>(1 + random.below(30));
    std::vector<std::int64_t> releases;
    for (std::size_t i = 0; i < n; ++i) {
      releases.push_back(static_cast<std::int64_t>(random.below(30)));
    }
    std::sort(releases.begin(), releases.end());
    std::vector<Job> jobs;
    std::int64_t deadline = 0;
    for (const std::int64_t release : releases) {
      const auto own = static_cast<std::int64_t>(random.below(30));
      deadline = std::max(deadline, release + (equal_budgets ? budget : own));
      jobs.push_back({at(release), at(deadline),
                      milliseconds(static_cast<std::int64_t>(1 + random.below(15)))});
    }
    for (std::size_t i = n; i-- > 1;) {
      std::swap(jobs[i], jobs[random.below(i + 1)]);
    }
    const auto best = clairvoyant_on_time(jobs);
    ASSERT_TRUE(best.has_value()) << best.error().message;
    ASSERT_EQ(*best, brute_force(jobs)) << "round " << round;
  }
}

// The best schedule of a tiny workload, by trying every sequence of batches: any set of waiting
// requests of one model, on any of its slots, as early as it can.
class BestSchedule {
 public:
  BestSchedule(const Workload& workload, const std::vector<TracedRequest>& requests)
      : workload_(workload), requests_(requests), free_(workload.scheduler.slots) {
    for (const ServiceOptions& options : workload.services) {
      services_.push_back(std::move(*make_service(options, 1)));
    }
  }

  double value() {
    extend((1u << requests_.size()) - 1, 0);
    return best_;
  }

 private:
  void extend(unsigned left, double value) {
    best_ = std::max(best_, value);
    for (unsigned batch = left; batch > 0; batch = (batch - 1) & left) {
      try_batch(batch, left, value);
    }
  }

  void try_batch(unsigned batch, unsigned left, double value) {
    schedule::ModelId model = schedule::kNone;
    Time start{};
    double factors = 0;
    std::uint32_t size = 0;
    for (std::size_t i = 0; i < requests_.size(); ++i) {
      if ((batch >> i & 1u) == 0) {
        continue;
      }
      const auto own = workload_.scheduler.tasks[requests_[i].task].model;
      if (model != schedule::kNone && own != model) {
        return;
      }
      model = own;
      start = std::max(start, requests_[i].arrival);
      factors += requests_[i].factor;
      ++size;
    }
    const schedule::ModelOptions& options = workload_.scheduler.models[model];
    if (size > options.max_batch) {
      return;
    }
    for (schedule::SlotId slot = 0; slot < free_.size(); ++slot) {
      const auto& slots = options.slots;
      if (!slots.empty() && std::find(slots.begin(), slots.end(), slot) == slots.end()) {
        continue;
      }
      const Time from = std::max(start, free_[slot]);
      const Time end = from + services_[model]->time(size, factors / size, from.time_since_epoch());
      double gained = 0;
      for (std::size_t i = 0; i < requests_.size(); ++i) {
        const auto& task = workload_.scheduler.tasks[requests_[i].task];
        if ((batch >> i & 1u) == 1 && end <= deadline_of(requests_[i], task)) {
          gained += task.weight;
        }
      }
      if (gained > 0) {
        const Time before = free_[slot];
        free_[slot] = end;
        extend(left & ~batch, value + gained);
        free_[slot] = before;
      }
    }
  }

  const Workload& workload_;
  const std::vector<TracedRequest>& requests_;
  std::vector<std::unique_ptr<Service>> services_;
  std::vector<Time> free_;
  double best_ = 0;
};

RC_GTEST_PROP(UpperBound, IsNeverBelowTheBestSchedule, ()) {
  const auto in = [](int from, int to) { return *rc::gen::inRange(from, to + 1); };
  Workload workload;
  workload.scheduler.slots = static_cast<std::uint32_t>(in(1, 2));
  for (int m = 0; m < in(1, 2); ++m) {
    schedule::ModelOptions model;
    model.max_batch = static_cast<std::uint32_t>(in(1, 3));
    model.instances = workload.scheduler.slots;
    if (in(0, 2) == 0) {
      model.slots = {0};
    }
    workload.scheduler.models.push_back(model);
    ServiceOptions service;
    service.base = milliseconds(in(1, 10));
    service.per_item = milliseconds(in(0, 5));
    service.drift_per_second = in(-3, 3);
    workload.services.push_back(service);
  }
  for (int t = 0; t < in(1, 3); ++t) {
    schedule::TaskOptions task;
    task.model = static_cast<schedule::ModelId>(
        in(0, static_cast<int>(workload.scheduler.models.size()) - 1));
    task.latency_budget = milliseconds(in(1, 40));
    task.weight = in(1, 6) / 2.0;
    workload.scheduler.tasks.push_back(task);
  }
  std::vector<TracedRequest> requests(static_cast<std::size_t>(in(1, 5)));
  for (TracedRequest& request : requests) {
    request.task =
        static_cast<schedule::TaskId>(in(0, static_cast<int>(workload.scheduler.tasks.size()) - 1));
    request.arrival = at(in(0, 30));
    request.factor = in(1, 20) / 10.0;
  }
  std::sort(requests.begin(), requests.end(),
            [](const auto& a, const auto& b) { return a.arrival < b.arrival; });
  const double best = BestSchedule(workload, requests).value();
  const auto bound = upper_bound(workload, requests);
  RC_ASSERT(bound.has_value());
  RC_ASSERT(bound->weighted_on_time >= best - 1e-6);
  const auto linear = lp_bound(*bound_jobs(workload, requests), workload.scheduler.slots, 3);
  RC_ASSERT(linear.has_value());
  RC_ASSERT(linear->value >= best - 1e-6);
}

}  // namespace
}  // namespace sluice::simulate
