#include "telemetry/axis.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace sluice::telemetry {

Scale Scale::linear(double low, double high, double from, double to) {
  Scale scale;
  scale.low_ = low;
  scale.high_ = high > low ? high : low + 1;
  scale.from_ = from;
  scale.to_ = to;
  return scale;
}

Scale Scale::logarithmic(double low, double high, double from, double to) {
  Scale scale = linear(std::log10(low), std::log10(high), from, to);
  scale.log_ = true;
  return scale;
}

double Scale::operator()(double value) const {
  const double at = log_ ? (value > 0 ? std::log10(value) : low_) : value;
  const double share = std::clamp((at - low_) / (high_ - low_), 0.0, 1.0);
  return from_ + share * (to_ - from_);
}

std::vector<double> nice_ticks(double high, int count) {
  if (!(high > 0)) {
    return {0, 1};
  }
  const double rough = high / count;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double multiple : {1.0, 2.0, 5.0}) {
    if (multiple * power >= rough * 0.999) {
      step = multiple * power;
      break;
    }
  }
  std::vector<double> ticks;
  for (int i = 0; ticks.size() < 2 || ticks.back() < high * 0.999; ++i) {
    ticks.push_back(i * step);
  }
  return ticks;
}

std::vector<double> log_ticks(double low, double high) {
  const double range = high / low;
  std::vector<double> multiples{1};
  if (range < 100) {
    multiples = {1, 2, 5};
  } else if (range < 3000) {
    multiples = {1, 3};
  }
  std::vector<double> ticks;
  for (double power = std::pow(10.0, std::floor(std::log10(low))); power <= high; power *= 10) {
    for (const double multiple : multiples) {
      const double tick = power * multiple;
      if (tick >= low * 0.999 && tick <= high * 1.001) {
        ticks.push_back(tick);
      }
    }
  }
  return ticks;
}

std::string tick_text(double value) {
  if (value >= 1e6) {
    return fmt::format("{:g}M", value / 1e6);
  }
  if (value >= 1e4) {
    return fmt::format("{:g}k", value / 1e3);
  }
  return fmt::format("{:g}", value);
}

std::string ms_tick_text(double ms) {
  return ms >= 1000 ? fmt::format("{:g} s", ms / 1000) : fmt::format("{:g} ms", ms);
}

}  // namespace sluice::telemetry
