// Processor-demand constraints: finding the time intervals that a fractional selection of jobs
// overloads.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace sluice::simulate {

/// A job of the linear relaxation; seconds since the first release.
struct WindowedWork {
  double release = 0;
  double deadline = 0;
  double work = 0;
};

/// An interval [from, to] and by how many seconds of work the selection overloads it.
struct OverloadedInterval {
  double from = 0;
  double to = 0;
  double excess = 0;
};

/// Finds overloaded intervals for jobs that share `capacity` slots: those for which the
/// selected work of the jobs that must run inside exceeds capacity * length.
class IntervalSeparator {
 public:
  IntervalSeparator(std::vector<WindowedWork> jobs, double capacity);

  /// For each release time, the interval from there with the largest excess, where it is above
  /// `tolerance` seconds, in order of `from` descending. `selected[i]` (0..1) is the share of
  /// job i that runs. O(n log n).
  [[nodiscard]] std::vector<OverloadedInterval> find(std::span<const double> selected,
                                                     double tolerance);

  [[nodiscard]] std::span<const WindowedWork> jobs() const { return jobs_; }
  [[nodiscard]] double capacity() const { return capacity_; }

 private:
  struct Node {
    double max = 0;
    std::size_t at = 0;  ///< the deadline where it is
    double add = 0;      ///< pending for the whole subtree, included in max
  };
  void build(std::size_t node, std::size_t lo, std::size_t hi);
  void add_from(std::size_t node, std::size_t lo, std::size_t hi, std::size_t from, double value);
  [[nodiscard]] Node best_from(std::size_t node, std::size_t lo, std::size_t hi,
                               std::size_t from) const;

  std::vector<WindowedWork> jobs_;
  double capacity_;
  std::vector<std::size_t> by_release_;   ///< job indices, latest release first
  std::vector<double> deadlines_;         ///< sorted, unique
  std::vector<std::size_t> deadline_of_;  ///< per job: index into deadlines_
  std::vector<Node> nodes_;
};

}  // namespace sluice::simulate
