#include "simulate/service.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "simulate/nanoseconds.hpp"
#include "simulate/random.hpp"

namespace sluice::simulate {
namespace {

using base::Duration;
using base::ErrorCode;

Duration rounded(double ns) {
  return Duration(static_cast<std::int64_t>(ns + 0.5));
}

double mean_of(const std::vector<Duration>& samples) {
  double sum = 0;
  for (const Duration sample : samples) {
    sum += to_ns(sample);
  }
  return sum / static_cast<double>(samples.size());
}

// Cost of a batch of n is base + n * per_item nanoseconds at time 0.
struct Cost {
  double base_ns = 0;
  double per_item_ns = 0;
  double drift = 0;

  explicit Cost(const ServiceOptions& options)
      : base_ns(to_ns(options.base)),
        per_item_ns(to_ns(options.per_item)),
        drift(options.drift_per_second) {
    if (options.kind == ServiceKind::empirical) {
      const double single = base_ns + per_item_ns;
      const double mean = mean_of(options.samples);
      base_ns = single > 0 ? base_ns * mean / single : 0;
      per_item_ns = single > 0 ? per_item_ns * mean / single : mean;
    }
  }

  [[nodiscard]] Duration time(std::uint32_t size, double factor, Duration t) const {
    const double drifted = std::max(1 + drift * base::to_seconds(t), 0.1);
    const double ns = (base_ns + size * per_item_ns) * factor * drifted;
    return rounded(std::clamp(ns, 1.0, 0x1p62));
  }
};

class CostedService : public Service {
 public:
  explicit CostedService(const ServiceOptions& options) : cost_(options) {}

  double draw() override { return 1; }
  [[nodiscard]] Duration time(std::uint32_t size, double factor, Duration t) const override {
    return cost_.time(size, factor, t);
  }

 private:
  Cost cost_;
};

class Lognormal final : public CostedService {
 public:
  Lognormal(const ServiceOptions& options, std::uint64_t seed)
      : CostedService(options),
        random_(seed),
        variance_(std::log1p(options.cv * options.cv)),
        sigma_(std::sqrt(variance_)) {}

  double draw() override { return std::exp(sigma_ * random_.normal() - variance_ / 2); }

 private:
  Random random_;
  double variance_;
  double sigma_;
};

class Empirical final : public CostedService {
 public:
  Empirical(const ServiceOptions& options, std::uint64_t seed)
      : CostedService(options), random_(seed) {
    const double mean = mean_of(options.samples);
    for (const Duration sample : options.samples) {
      factors_.push_back(to_ns(sample) / mean);
    }
  }

  double draw() override { return factors_[random_.below(factors_.size())]; }

 private:
  Random random_;
  std::vector<double> factors_;
};

base::Status check(const ServiceOptions& options) {
  if (options.base < Duration(0) || options.per_item < Duration(0)) {
    return base::fail(ErrorCode::invalid, "{}: must not be negative",
                      options.base < Duration(0) ? "base" : "per_item");
  }
  if (!std::isfinite(options.drift_per_second)) {
    return base::fail(ErrorCode::invalid, "drift: must be a finite number");
  }
  if (options.kind == ServiceKind::empirical) {
    if (options.samples.empty()) {
      return base::fail(ErrorCode::invalid, "samples: an empirical service needs at least one");
    }
    for (std::size_t i = 0; i < options.samples.size(); ++i) {
      if (options.samples[i] <= Duration(0)) {
        return base::fail(ErrorCode::invalid, "samples[{}]: must be above 0", i);
      }
    }
    return {};
  }
  if (options.base + options.per_item <= Duration(0)) {
    return base::fail(ErrorCode::invalid, "base and per_item: their sum must be above 0");
  }
  if (options.kind == ServiceKind::lognormal && !(options.cv >= 0 && options.cv <= 100)) {
    return base::fail(ErrorCode::invalid, "cv: must be from 0 to 100, but is {}", options.cv);
  }
  return {};
}

constexpr std::pair<ServiceKind, const char*> kServiceNames[] = {
    {ServiceKind::constant, "constant"},
    {ServiceKind::lognormal, "lognormal"},
    {ServiceKind::empirical, "empirical"},
};

}  // namespace

Duration mean_time(const ServiceOptions& options, std::uint32_t size, Duration t) {
  return Cost(options).time(size, 1, t);
}

base::Result<std::unique_ptr<Service>> make_service(const ServiceOptions& options,
                                                    std::uint64_t seed) {
  if (auto checked = check(options); !checked) {
    return tl::unexpected(checked.error());
  }
  std::unique_ptr<Service> service;
  switch (options.kind) {
    case ServiceKind::constant:
      service = std::make_unique<CostedService>(options);
      break;
    case ServiceKind::lognormal:
      service = std::make_unique<Lognormal>(options, seed);
      break;
    case ServiceKind::empirical:
      service = std::make_unique<Empirical>(options, seed);
      break;
  }
  return service;
}

ServiceOptions fit_service(std::span<const MeasuredBatch> batches) {
  ServiceOptions fitted;
  if (batches.empty()) {
    return fitted;
  }
  const double n = static_cast<double>(batches.size());
  double mean_size = 0;
  double mean_ns = 0;
  for (const MeasuredBatch& batch : batches) {
    mean_size += batch.size / n;
    mean_ns += to_ns(batch.time) / n;
  }
  double covariance = 0;
  double variance = 0;
  for (const MeasuredBatch& batch : batches) {
    covariance += (batch.size - mean_size) * (to_ns(batch.time) - mean_ns);
    variance += (batch.size - mean_size) * (batch.size - mean_size);
  }
  // One size only says nothing about the slope: all of the time then counts per item, so that
  // other sizes are not predicted too short or too long by a guess about the base.
  double slope = variance > 0 ? covariance / variance : mean_ns / mean_size;
  slope = std::clamp(slope, 0.0, mean_ns / mean_size);
  fitted.per_item = rounded(slope);
  fitted.base = rounded(std::max(mean_ns - slope * mean_size, 0.0));
  return fitted;
}

const char* to_string(ServiceKind value) {
  for (const auto& [kind, name] : kServiceNames) {
    if (kind == value) {
      return name;
    }
  }
  return "unknown";
}

std::optional<ServiceKind> service_kind_from(const std::string& name) {
  for (const auto& [kind, known] : kServiceNames) {
    if (name == known) {
      return kind;
    }
  }
  return std::nullopt;
}

}  // namespace sluice::simulate
