#include "simulate/arrivals.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "simulate/nanoseconds.hpp"
#include "simulate/random.hpp"

namespace sluice::simulate {
namespace {

using base::Duration;
using base::ErrorCode;

// 2^62 ns is 146 years: what comes later never comes.
constexpr double kEndOfTime = 0x1p62;

Duration time_at(double ns) {
  return ns < kEndOfTime ? Duration(static_cast<std::int64_t>(ns + 0.5)) : base::kForever;
}

// The kind's own times, unbounded; nullopt when there are no more.
class Process {
 public:
  virtual ~Process() = default;
  virtual std::optional<double> next_ns() = 0;
};

class Periodic final : public Process {
 public:
  Periodic(const ArrivalOptions& options, std::uint64_t seed) : options_(options), random_(seed) {}

  std::optional<double> next_ns() override {
    const double due = to_ns(due_at(options_, k_++));
    const double jitter = to_ns(options_.jitter);
    return jitter > 0 ? due + std::floor(random_.uniform() * jitter) : due;
  }

 private:
  ArrivalOptions options_;
  Random random_;
  std::uint64_t k_ = 0;
};

// Poisson arrivals whose rate is constant between change points. Exponential gaps have no
// memory, so that a gap that crosses a change point is drawn anew from there.
class PiecewisePoisson : public Process {
 public:
  PiecewisePoisson(Duration start, std::uint64_t seed) : random_(seed), now_(to_ns(start)) {}

  std::optional<double> next_ns() override {
    for (;;) {
      const auto [rate, until] = piece(now_);
      const double at = rate > 0 ? now_ + random_.exponential() * 1e9 / rate : HUGE_VAL;
      if (at < until) {
        now_ = at;
        return at;
      }
      if (std::isinf(until)) {
        return std::nullopt;
      }
      now_ = until;
    }
  }

 protected:
  struct Piece {
    double rate;
    double until;
  };
  /// The rate at `now` (ns) and the time until which it holds; `now` never goes back.
  virtual Piece piece(double now) = 0;
  Random random_;

 private:
  double now_;
};

class Poisson final : public PiecewisePoisson {
 public:
  Poisson(const ArrivalOptions& options, std::uint64_t seed)
      : PiecewisePoisson(options.start, seed), rate_(options.rate) {}

 protected:
  Piece piece(double) override { return {rate_, HUGE_VAL}; }

 private:
  double rate_;
};

class Mmpp final : public PiecewisePoisson {
 public:
  Mmpp(const ArrivalOptions& options, std::uint64_t seed)
      : PiecewisePoisson(options.start, seed),
        rates_{options.rate * options.mmpp_low, options.rate * options.mmpp_high},
        sojourn_(to_ns(options.mmpp_sojourn)),
        until_(to_ns(options.start)) {
    state_ = random_.below(2);
  }

 protected:
  Piece piece(double now) override {
    while (now >= until_) {
      state_ = 1 - state_;
      until_ += random_.exponential() * sojourn_;
    }
    return {rates_[state_], until_};
  }

 private:
  std::array<double, 2> rates_;
  double sojourn_;
  double until_;
  std::size_t state_ = 0;
};

class StepOrSpike final : public PiecewisePoisson {
 public:
  StepOrSpike(const ArrivalOptions& options, std::uint64_t seed)
      : PiecewisePoisson(options.start, seed),
        rate_(options.rate),
        factor_(options.factor),
        from_(to_ns(options.at)),
        to_(options.kind == ArrivalKind::step ? HUGE_VAL : from_ + to_ns(options.length)) {}

 protected:
  Piece piece(double now) override {
    if (now < from_) {
      return {rate_, from_};
    }
    return now < to_ ? Piece{rate_ * factor_, to_} : Piece{rate_, HUGE_VAL};
  }

 private:
  double rate_;
  double factor_;
  double from_;
  double to_;
};

class Trace final : public Process {
 public:
  explicit Trace(const ArrivalOptions& options) : times_(options.times) {
    const auto first = std::lower_bound(times_.begin(), times_.end(), options.start);
    next_ = static_cast<std::size_t>(first - times_.begin());
  }

  std::optional<double> next_ns() override {
    return next_ < times_.size() ? std::optional(to_ns(times_[next_++])) : std::nullopt;
  }

 private:
  std::vector<Duration> times_;
  std::size_t next_ = 0;
};

// Puts count, stop and order on any process.
class Bounded final : public Arrivals {
 public:
  Bounded(std::unique_ptr<Process> process, const ArrivalOptions& options)
      : process_(std::move(process)), left_(options.count), stop_(options.stop) {
    unlimited_ = options.count == 0;
  }

  std::optional<Duration> next() override {
    if (process_ == nullptr || (!unlimited_ && left_ == 0)) {
      return std::nullopt;
    }
    const std::optional<double> ns = process_->next_ns();
    const Duration at = ns ? time_at(*ns) : base::kForever;
    if (at >= stop_ || at == base::kForever) {
      process_.reset();
      return std::nullopt;
    }
    --left_;
    last_ = std::max(last_, at);
    return last_;
  }

 private:
  std::unique_ptr<Process> process_;
  std::uint64_t left_;
  bool unlimited_ = false;
  Duration stop_;
  Duration last_{0};
};

base::Status check(const ArrivalOptions& options) {
  const auto kind = options.kind;
  if (kind != ArrivalKind::trace && !(options.rate > 0 && std::isfinite(options.rate))) {
    return base::fail(ErrorCode::invalid, "rate: must be above 0 per second, but is {}",
                      options.rate);
  }
  if (options.start < Duration(0) || options.jitter < Duration(0)) {
    return base::fail(ErrorCode::invalid, "{}: must not be negative",
                      options.start < Duration(0) ? "start" : "jitter");
  }
  if (kind == ArrivalKind::mmpp) {
    const bool finite = std::isfinite(options.mmpp_high) && std::isfinite(options.mmpp_low);
    if (!finite || options.mmpp_high < 0 || options.mmpp_low < 0 ||
        options.mmpp_high + options.mmpp_low <= 0) {
      return base::fail(ErrorCode::invalid,
                        "mmpp: high and low must not be negative and not both 0, but are {} and {}",
                        options.mmpp_high, options.mmpp_low);
    }
    if (options.mmpp_sojourn <= Duration(0)) {
      return base::fail(ErrorCode::invalid, "mmpp: sojourn must be above 0");
    }
  }
  if (kind == ArrivalKind::step || kind == ArrivalKind::spike) {
    if (!(options.factor >= 0 && std::isfinite(options.factor))) {
      return base::fail(ErrorCode::invalid, "factor: must be a number of at least 0, but is {}",
                        options.factor);
    }
    if (options.at < Duration(0)) {
      return base::fail(ErrorCode::invalid, "at: must not be negative");
    }
    if (kind == ArrivalKind::spike && options.length <= Duration(0)) {
      return base::fail(ErrorCode::invalid, "length: a spike must have a length above 0");
    }
  }
  for (std::size_t i = 0; i < options.times.size(); ++i) {
    if (options.times[i] < Duration(0) || (i > 0 && options.times[i] < options.times[i - 1])) {
      return base::fail(ErrorCode::invalid, "times[{}]: {} ms {}", i, base::to_ms(options.times[i]),
                        options.times[i] < Duration(0) ? "is negative"
                                                       : "is before the one in front of it; sort");
    }
  }
  return {};
}

constexpr std::pair<ArrivalKind, const char*> kArrivalNames[] = {
    {ArrivalKind::periodic, "periodic"}, {ArrivalKind::poisson, "poisson"},
    {ArrivalKind::mmpp, "mmpp"},         {ArrivalKind::step, "step"},
    {ArrivalKind::spike, "spike"},       {ArrivalKind::trace, "trace"},
};

}  // namespace

base::Result<std::unique_ptr<Arrivals>> make_arrivals(const ArrivalOptions& options,
                                                      std::uint64_t seed) {
  if (auto checked = check(options); !checked) {
    return tl::unexpected(checked.error());
  }
  std::unique_ptr<Process> process;
  switch (options.kind) {
    case ArrivalKind::periodic:
      process = std::make_unique<Periodic>(options, seed);
      break;
    case ArrivalKind::poisson:
      process = std::make_unique<Poisson>(options, seed);
      break;
    case ArrivalKind::mmpp:
      process = std::make_unique<Mmpp>(options, seed);
      break;
    case ArrivalKind::step:
    case ArrivalKind::spike:
      process = std::make_unique<StepOrSpike>(options, seed);
      break;
    case ArrivalKind::trace:
      process = std::make_unique<Trace>(options);
      break;
  }
  return std::make_unique<Bounded>(std::move(process), options);
}

bool ends(const ArrivalOptions& options) {
  return options.kind == ArrivalKind::trace || options.count > 0 || options.stop != base::kForever;
}

base::Duration period_of(const ArrivalOptions& options) {
  return time_at(1e9 / options.rate);
}

base::Duration due_at(const ArrivalOptions& options, std::uint64_t k) {
  return time_at(to_ns(options.start) + static_cast<double>(k) * 1e9 / options.rate);
}

const char* to_string(ArrivalKind value) {
  for (const auto& [kind, name] : kArrivalNames) {
    if (kind == value) {
      return name;
    }
  }
  return "unknown";
}

std::optional<ArrivalKind> arrival_kind_from(const std::string& name) {
  for (const auto& [kind, known] : kArrivalNames) {
    if (name == known) {
      return kind;
    }
  }
  return std::nullopt;
}

}  // namespace sluice::simulate
