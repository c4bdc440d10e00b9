// A fixed number of time bins that double in width whenever time runs past the last one, so that
// a series over an unknown length of time needs bounded memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/time.hpp"

namespace sluice::telemetry {

/// Bin must be copyable, its prototype (given at construction) empty, and have
/// `void merge(const Bin&)`. Times count from the run's start; negative ones fall in the first bin.
template <class Bin>
class TimeBins {
 public:
  static constexpr std::size_t kBins = 240;

  explicit TimeBins(const Bin& empty) : empty_(empty), bins_(kBins, empty) {}

  /// The bin of time `t`; widens all bins if it lies beyond the last one.
  Bin& at(base::Duration t) {
    const base::Duration since = std::max(t, base::Duration(0));
    while (since / width_ >= static_cast<base::Duration::rep>(kBins)) {
      widen();
    }
    const auto index = static_cast<std::size_t>(since / width_);
    used_ = std::max(used_, index + 1);
    return bins_[index];
  }

  /// Calls function(bin, length) for each part of [from, to) that lies in one bin.
  template <class Function>
  void for_span(base::Duration from, base::Duration to, Function function) {
    from = std::max(from, base::Duration(0));
    if (to <= from) {
      return;
    }
    at(to);  // so that no bin widens on the way
    while (from < to) {
      const base::Duration end = std::min(to, (from / width_ + 1) * width_);
      function(at(from), end - from);
      from = end;
    }
  }

  /// The bins up to the last one used.
  [[nodiscard]] std::vector<Bin> used() const {
    return {bins_.begin(), bins_.begin() + static_cast<std::ptrdiff_t>(used_)};
  }
  [[nodiscard]] base::Duration width() const { return width_; }

 private:
  void widen() {
    for (std::size_t i = 0; i < kBins / 2; ++i) {
      Bin joined = bins_[2 * i];
      joined.merge(bins_[2 * i + 1]);
      bins_[i] = joined;
    }
    std::fill(bins_.begin() + kBins / 2, bins_.end(), empty_);
    width_ *= 2;
    used_ = (used_ + 1) / 2;
  }

  Bin empty_;
  std::vector<Bin> bins_;
  base::Duration width_{std::chrono::milliseconds(1)};
  std::size_t used_ = 0;
};

}  // namespace sluice::telemetry
