// Random numbers that are the same on every platform for a seed: the standard fixes the
// engine (mt19937_64) but not its distributions, so the transforms are here.
#pragma once

#include <cstdint>
#include <random>

namespace sluice::simulate {

/// A seed for one of several independent streams of a run (splitmix64 over the three).
[[nodiscard]] std::uint64_t stream_seed(std::uint64_t seed, std::uint64_t owner,
                                        std::uint64_t purpose);

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  /// Uniform in [0, 1), 53 bits.
  double uniform() { return static_cast<double>(engine_() >> 11u) * 0x1.0p-53; }
  /// Uniform in 0..n-1; n > 0.
  std::uint64_t below(std::uint64_t n);
  /// Exponential with mean 1.
  double exponential();
  /// Standard normal (Marsaglia's polar method).
  double normal();

 private:
  std::mt19937_64 engine_;
  double spare_ = 0;
  bool has_spare_ = false;
};

}  // namespace sluice::simulate
