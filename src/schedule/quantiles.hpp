// Percentiles of durations in bounded memory.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.hpp"

namespace sluice::schedule {

/// Nearest-rank percentiles: the value at index ceil(q * n) - 1 of the sorted values. All zero
/// when there were none.
struct Percentiles {
  std::uint64_t count = 0;
  base::Duration mean{0};
  base::Duration p50{0};
  base::Duration p95{0};
  base::Duration p99{0};
  base::Duration max{0};
};

/// Collects durations. Exact up to kExact values; beyond that percentiles come from a
/// log-linear histogram with a relative error of at most 1/512 (count, mean and max stay
/// exact), so that a daemon that runs for months keeps a fixed size. Negative values count as
/// zero. Not thread-safe.
class Quantiles {
 public:
  static constexpr std::size_t kExact = 1u << 17;

  void add(base::Duration value) {
    const std::int64_t v = value.count() > 0 ? value.count() : 0;
    ++count_;
    sum_ += static_cast<double>(v);
    max_ = v > max_ ? v : max_;
    if (buckets_.empty() && exact_.size() < kExact) {
      exact_.push_back(v);
    } else {
      add_to_histogram(v);
    }
  }

  /// Adds all values of `other`.
  void merge(const Quantiles& other);

  [[nodiscard]] Percentiles get() const;
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  void add_to_histogram(std::int64_t value);
  void spill();

  std::uint64_t count_ = 0;
  double sum_ = 0;
  std::int64_t max_ = 0;
  std::vector<std::int64_t> exact_;
  std::vector<std::uint64_t> buckets_;  ///< empty: still exact
};

}  // namespace sluice::schedule
