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
  Duration alone{0};   ///< predicted time in a batch of its own
  Duration work{0};    ///< its share of the batches that the backlog of its model allows
  double density = 0;  ///< weight per second of work
  SlotId slot = kNone;
  Time finish{};  ///< predicted, if started in plan order
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
  [[nodiscard]] bool overloaded() const { return overloaded_; }

 private:
  void gather(const State& state, Queues& queues, bool levels);
  void measure(const State& state);
  void sweep(const State& state);
  /// Puts the job on its earliest free slot; false (and unplaced) if it would be late there.
  bool place(Job& job);
  /// Takes less valuable jobs before `index` out until the job fits; all back if it never does.
  bool make_room(std::size_t index);

  std::vector<Job> jobs_;
  std::vector<Time> free_;                  // per slot
  std::vector<std::uint32_t> model_count_;  // jobs per model in the window
  std::vector<Time> model_latest_;          // latest deadline per model in the window
  std::vector<Duration> model_share_;       // amortised time per request
  std::vector<std::size_t> displaced_;
  bool overloaded_ = false;
};

}  // namespace sluice::schedule
