// Two histograms of durations: one with the fixed bounds of the metrics, one fine enough for
// percentiles. Both of a fixed size, neither thread-safe.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>

#include "base/time.hpp"

namespace sluice::serve {

/// Counts below fixed upper bounds, as Prometheus wants them.
class MetricHistogram {
 public:
  /// Upper bounds in nanoseconds, inclusive; one more bin for what is above.
  static constexpr std::array<std::int64_t, 16> kBounds{
      100'000,       250'000,       500'000,       1'000'000,     2'500'000,   5'000'000,
      10'000'000,    25'000'000,    50'000'000,    100'000'000,   250'000'000, 500'000'000,
      1'000'000'000, 2'500'000'000, 5'000'000'000, 10'000'000'000};

  void add(base::Duration value) {
    const auto bound = std::lower_bound(kBounds.begin(), kBounds.end(), value.count());
    ++counts_[static_cast<std::size_t>(bound - kBounds.begin())];
    ++count_;
    sum_ += value;
  }
  [[nodiscard]] std::uint64_t bin(std::size_t i) const { return counts_[i]; }
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] base::Duration sum() const { return sum_; }

 private:
  std::array<std::uint64_t, kBounds.size() + 1> counts_{};
  std::uint64_t count_ = 0;
  base::Duration sum_{0};
};

/// Percentiles with a relative error of at most 1/32, from 1 µs to 68 s.
class FineHistogram {
 public:
  void add(base::Duration value) {
    ++counts_[bin_of(value.count())];
    ++count_;
    max_ = std::max(max_, value);
  }
  void merge(const FineHistogram& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
    max_ = std::max(max_, other.max_);
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// Nearest rank, the middle of its bin but never above the maximum; nullopt when empty.
  [[nodiscard]] std::optional<base::Duration> percentile(unsigned percent) const {
    if (count_ == 0) return std::nullopt;
    std::uint64_t left = (percent * count_ + 99) / 100;
    std::size_t bin = 0;
    while (left > counts_[bin]) left -= counts_[bin++];
    return std::min(middle_of(bin), max_);
  }
  [[nodiscard]] std::optional<base::Duration> max() const {
    return count_ == 0 ? std::nullopt : std::optional(max_);
  }

 private:
  // 2^kSub bins for each power of two of microseconds (of 1024 ns), the first ones linear.
  static constexpr unsigned kSub = 4;
  static constexpr unsigned kUnit = 10 - kSub;  ///< the narrowest bin: 2^kUnit ns
  static constexpr std::size_t kBins = (36 - kUnit - kSub + 1) << kSub;

  static std::size_t bin_of(std::int64_t ns) {
    const auto units = static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 0)) >> kUnit;
    const auto width = static_cast<unsigned>(std::bit_width(units));
    if (width <= kSub) return units;
    const unsigned shift = width - kSub - 1;
    return std::min<std::size_t>((shift << kSub) + (units >> shift), kBins - 1);
  }
  static base::Duration middle_of(std::size_t bin) {
    if (bin < (2u << kSub)) {
      return base::Duration((static_cast<std::int64_t>(bin) << kUnit) + (1 << (kUnit - 1)));
    }
    const std::size_t shift = (bin >> kSub) - 1;
    const auto low = static_cast<std::int64_t>(bin - (shift << kSub)) << (shift + kUnit);
    return base::Duration(low + (std::int64_t{1} << (shift + kUnit - 1)));
  }

  std::array<std::uint32_t, kBins> counts_{};
  std::uint64_t count_ = 0;
  base::Duration max_{0};
};

}  // namespace sluice::serve
