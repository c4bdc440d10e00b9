#include "telemetry/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace sluice::telemetry {

void LogHistogram::add(base::Duration value) {
  const double microseconds = static_cast<double>(value.count()) / 1e3;
  const double position = microseconds > 1 ? std::log10(microseconds) * kPerDecade : 0;
  const auto bin = std::min(static_cast<std::size_t>(position), kBins - 1);
  ++counts_[bin];
  ++total_;
}

std::size_t LogHistogram::first() const {
  for (std::size_t bin = 0; bin < kBins; ++bin) {
    if (counts_[bin] > 0) {
      return bin;
    }
  }
  return 0;
}

std::size_t LogHistogram::last() const {
  for (std::size_t bin = kBins; bin > 0; --bin) {
    if (counts_[bin - 1] > 0) {
      return bin;
    }
  }
  return 0;
}

base::Duration LogHistogram::lower_edge(std::size_t bin) {
  return base::from_seconds(std::pow(10.0, static_cast<double>(bin) / kPerDecade) / 1e6);
}

}  // namespace sluice::telemetry
