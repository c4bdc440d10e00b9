#include "schedule/quantiles.hpp"

#include <algorithm>
#include <bit>

namespace sluice::schedule {
namespace {

// Buckets: values below 2^kBits have one each; every further octave has 2^(kBits-1).
constexpr unsigned kBits = 9;
constexpr std::uint64_t kHalf = 1u << (kBits - 1);
constexpr std::size_t kBuckets = (64 - kBits + 2) * kHalf;

std::size_t bucket_of(std::int64_t value) {
  const auto v = static_cast<std::uint64_t>(value);
  const unsigned width = static_cast<unsigned>(std::bit_width(v));
  if (width <= kBits) {
    return v;
  }
  const unsigned shift = width - kBits;
  return shift * kHalf + (v >> shift);
}

// The middle of a bucket.
std::int64_t value_of(std::size_t bucket) {
  if (bucket < 2 * kHalf) {
    return static_cast<std::int64_t>(bucket);
  }
  const std::uint64_t shift = bucket / kHalf - 1;
  const std::uint64_t mantissa = bucket - shift * kHalf;
  return static_cast<std::int64_t>((mantissa << shift) + ((1ull << shift) >> 1u));
}

// Nearest rank, counted from 1: ceil(percent * n / 100), in integers so that 0.95 * 20 is 19.
std::uint64_t rank(std::uint64_t percent, std::uint64_t n) {
  return (percent * n + 99) / 100;
}

}  // namespace

void Quantiles::add_to_histogram(std::int64_t value) {
  if (buckets_.empty()) {
    spill();
  }
  ++buckets_[bucket_of(value)];
}

void Quantiles::spill() {
  buckets_.assign(kBuckets, 0);
  for (const std::int64_t v : exact_) {
    ++buckets_[bucket_of(v)];
  }
  exact_.clear();
  exact_.shrink_to_fit();
}

void Quantiles::merge(const Quantiles& other) {
  const bool exact =
      buckets_.empty() && other.buckets_.empty() && exact_.size() + other.exact_.size() <= kExact;
  if (!exact && buckets_.empty()) {
    spill();
  }
  if (exact) {
    const std::vector<std::int64_t> copy = other.exact_;  // `other` may be *this
    exact_.insert(exact_.end(), copy.begin(), copy.end());
  } else if (other.buckets_.empty()) {
    for (const std::int64_t v : other.exact_) {
      ++buckets_[bucket_of(v)];
    }
  } else {
    for (std::size_t i = 0; i < kBuckets; ++i) {
      buckets_[i] += other.buckets_[i];
    }
  }
  count_ += other.count_;
  sum_ += other.sum_;
  max_ = std::max(max_, other.max_);
}

Percentiles Quantiles::get() const {
  Percentiles result;
  result.count = count_;
  if (count_ == 0) {
    return result;
  }
  result.mean = base::Duration(static_cast<std::int64_t>(sum_ / static_cast<double>(count_) + 0.5));
  result.max = base::Duration(max_);
  if (buckets_.empty()) {
    std::vector<std::int64_t> sorted = exact_;
    std::sort(sorted.begin(), sorted.end());
    const auto at = [&](std::uint64_t percent) {
      return base::Duration(sorted[rank(percent, count_) - 1]);
    };
    result.p50 = at(50);
    result.p95 = at(95);
    result.p99 = at(99);
    return result;
  }
  const auto at = [&](std::uint64_t percent) {
    std::uint64_t left = rank(percent, count_);
    std::size_t bucket = 0;
    while (left > buckets_[bucket]) {
      left -= buckets_[bucket++];
    }
    return base::Duration(std::min(value_of(bucket), max_));
  };
  result.p50 = at(50);
  result.p95 = at(95);
  result.p99 = at(99);
  return result;
}

}  // namespace sluice::schedule
