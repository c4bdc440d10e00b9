#include "simulate/random.hpp"

#include <cmath>

namespace sluice::simulate {
namespace {

std::uint64_t splitmix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ull;
  x = (x ^ (x >> 30u)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27u)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31u);
}

}  // namespace

std::uint64_t stream_seed(std::uint64_t seed, std::uint64_t owner, std::uint64_t purpose) {
  return splitmix(splitmix(splitmix(seed) ^ owner) ^ purpose);
}

std::uint64_t Random::below(std::uint64_t n) {
  const auto drawn = static_cast<std::uint64_t>(uniform() * static_cast<double>(n));
  return drawn < n ? drawn : n - 1;
}

double Random::exponential() {
  return -std::log1p(-uniform());
}

double Random::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  double u = 0;
  double v = 0;
  double s = 0;
  do {
    u = 2 * uniform() - 1;
    v = 2 * uniform() - 1;
    s = u * u + v * v;
  } while (s >= 1 || s == 0);
  const double scale = std::sqrt(-2 * std::log(s) / s);
  spare_ = v * scale;
  has_spare_ = true;
  return u * scale;
}

}  // namespace sluice::simulate
