// Which of the queued requests can all be on time? The planner answers before every decision
// by an extension of Moore-Hodgson's algorithm to priorities, weights, slots and batches;
// docs/scheduling.md has the algorithm and its limits. Internal to schedule/.
#pragma once

#include <vector>

#include "schedule/state.hpp"

namespace sluice::schedule {

/// One queued request in the plan.
struct Job {
  Request* request = nullptr;
  Time deadline{};
  std::int32_t priority = 0;
  SlotMask slots = 0;
  Duration alone{0};    ///< predicted time in a batch of its own
  Duration work{0};     ///< its share of the batches that the backlog of its model allows
  double density = 0;   ///< weight per second of work
  SlotId slot = kNone;  ///< accepted: where the plan puts it
  enum class Fate : std::uint8_t {
    accepted,    ///< on time together with all other accepted ones
    excluded,    ///< would be on time alone, but something more valuable needs the machine
    infeasible,  ///< late even if it started now
  } fate = Fate::excluded;
  const Job* displaced_by = nullptr;  ///< excluded: for this job
};

class Planner {
 public:
  /// Looks at the `kWindow` most urgent requests of each priority.
  static constexpr std::size_t kWindow = 64;

  /// Makes the plan for this moment. `levels`: Queues::order() is by priority, then deadline.
  void plan(const State& state, Queues& queues, bool levels);

  /// All jobs looked at, by deadline. Valid until the next plan().
  [[nodiscard]] const std::vector<Job>& jobs() const { return jobs_; }
  /// Some request is excluded / infeasible.
  [[nodiscard]] bool overloaded() const { return excluded_; }
  [[nodiscard]] bool any_infeasible() const { return infeasible_; }

 private:
  /// A queued request with what orders it.
  struct Entry {
    Time deadline;
    RequestId id;
    Request* request;
  };
  /// What the requests of a model without hints have in common.
  struct ModelCost {
    std::uint32_t queued = 0;   // requests in the window
    Time latest = Time::min();  // latest deadline in the window
    std::size_t times = 0;      // first of this model's batch times in `times_`
    std::uint32_t best = 1;     // batch size of the least time per request
    Duration share{0};          // that time
    double inverse_share = 0;   // 1 / seconds
  };
  void gather(Queues& queues, bool levels);
  /// Merges the entries from `middle` on into those before it.
  void merge(std::size_t middle);
  void measure(const State& state);
  void fill(const State& state);
  void sweep(const State& state);
  /// Puts the job on its earliest free slot; false (and unplaced) if it would be late there.
  bool place(Job& job);
  /// Takes less valuable jobs before `index` out until the job fits; all back if it never does.
  void make_room(std::size_t index);

  std::vector<Entry> entries_;
  std::vector<Entry> merged_;
  std::vector<Job> jobs_;
  std::vector<Time> free_;  // per slot
  std::vector<ModelCost> costs_;
  std::vector<Duration> times_;  // of batches of 1, 2, ..., model after model
  std::vector<std::size_t> displaced_;
  bool excluded_ = false;
  bool infeasible_ = false;
};

}  // namespace sluice::schedule
