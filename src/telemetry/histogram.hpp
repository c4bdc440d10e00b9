// A histogram of durations with logarithmic bins, for charts. Percentiles come from
// schedule::Quantiles, which is finer.
#pragma once

#include <array>
#include <cstdint>

#include "base/time.hpp"

namespace sluice::telemetry {

/// 20 bins per decade from 1 microsecond to 1000 seconds; what lies outside counts in the first
/// or last bin.
class LogHistogram {
 public:
  static constexpr int kPerDecade = 20;
  static constexpr int kDecades = 9;
  static constexpr std::size_t kBins = static_cast<std::size_t>(kPerDecade * kDecades);

  void add(base::Duration value);
  [[nodiscard]] std::uint64_t total() const { return total_; }
  [[nodiscard]] std::uint64_t count(std::size_t bin) const { return counts_[bin]; }
  /// First and one past the last bin in use; equal when empty.
  [[nodiscard]] std::size_t first() const;
  [[nodiscard]] std::size_t last() const;
  /// Lower edge of a bin; lower_edge(bin + 1) is its upper edge.
  [[nodiscard]] static base::Duration lower_edge(std::size_t bin);

 private:
  std::array<std::uint64_t, kBins> counts_{};
  std::uint64_t total_ = 0;
};

}  // namespace sluice::telemetry
