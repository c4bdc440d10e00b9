#include "schedule/estimator.hpp"

#include <algorithm>
#include <cmath>

namespace sluice::schedule {

QuantileWindow::QuantileWindow(std::size_t capacity) : capacity_(capacity) {
  ring_.reserve(capacity);
  sorted_.reserve(capacity);
}

void QuantileWindow::add(Duration value) {
  if (ring_.size() < capacity_) {
    ring_.push_back(value);
  } else {
    sorted_.erase(std::lower_bound(sorted_.begin(), sorted_.end(), ring_[oldest_]));
    ring_[oldest_] = value;
    oldest_ = (oldest_ + 1) % capacity_;
  }
  sorted_.insert(std::upper_bound(sorted_.begin(), sorted_.end(), value), value);
}

Duration QuantileWindow::quantile(double q) const {
  const auto n = static_cast<double>(sorted_.size());
  const double capped = std::min(q, 1.0 - 1.0 / n);
  const auto rank = static_cast<std::size_t>(std::max(1.0, std::ceil(capped * n)));
  return sorted_[rank - 1];
}

namespace {
// About the last 1024 batches count; the first ones are averaged evenly.
constexpr double kMemory = 1024;
// Fewer pairs than this say nothing about the hints' quality.
constexpr double kTrustworthy = 16;
// Margin on inexact hints, in standard deviations of their residual error. Chosen on the grid
// of docs/scheduling.md: a smaller one wastes starts, a larger one refuses too much.
constexpr double kMargin = 0.3;
}  // namespace

void HintCalibration::add(Duration hint, Duration actual) {
  if (hint.count() <= 0 || actual.count() <= 0) {
    return;
  }
  const double x = std::log(static_cast<double>(hint.count()));
  const double y = std::log(static_cast<double>(actual.count()));
  count_ = std::min(count_ + 1, kMemory);
  const double gain = 1 / count_;
  const double dx = x - mean_x_;
  const double dy = y - mean_y_;
  mean_x_ += gain * dx;
  mean_y_ += gain * dy;
  var_x_ = (1 - gain) * (var_x_ + gain * dx * dx);
  var_y_ = (1 - gain) * (var_y_ + gain * dy * dy);
  cov_xy_ = (1 - gain) * (cov_xy_ + gain * dx * dy);
}

Duration HintCalibration::apply(Duration hint) const {
  if (count_ < kTrustworthy || hint.count() <= 0) {
    return hint;
  }
  const double x = std::log(static_cast<double>(hint.count()));
  // Hints that never vary carry no information on the slope; only their bias is corrected.
  const double slope = var_x_ > 1e-12 ? std::clamp(cov_xy_ / var_x_, 0.0, 1.0) : 1.0;
  const double residual = std::sqrt(std::max(0.0, var_y_ - slope * cov_xy_));
  // Rounding leaves exact hints with a residual of about 1e-8; it must not add a nanosecond.
  const double margin = residual > 1e-6 ? kMargin * residual : 0.0;
  const double y = mean_y_ + slope * (x - mean_x_) + margin;
  return Duration(std::llround(std::exp(y)));
}

Estimator::Estimator(const SchedulerOptions& options) : quantile_(options.estimate_quantile) {
  models_.reserve(options.models.size());
  for (const ModelOptions& each : options.models) {
    Model model;
    model.profile_base = each.profile_base;
    model.profile_per_item = each.profile_per_item;
    model.windows.assign(each.max_batch, QuantileWindow(options.estimate_window));
    model.estimate.resize(each.max_batch);
    refit(model);
    models_.push_back(std::move(model));
  }
}

void Estimator::add(ModelId model, std::uint32_t size, Duration measured) {
  Model& m = models_[model];
  m.windows[size - 1].add(measured);
  refit(m);
}

void Estimator::refit(Model& model) const {
  // Least squares of estimate = base + n * per_item over the measured sizes.
  double count = 0;
  double sum_n = 0;
  double sum_t = 0;
  double sum_nn = 0;
  double sum_nt = 0;
  for (std::size_t i = 0; i < model.windows.size(); ++i) {
    if (model.windows[i].empty()) {
      continue;
    }
    const auto n = static_cast<double>(i + 1);
    model.estimate[i] = model.windows[i].quantile(quantile_);
    const auto t = static_cast<double>(model.estimate[i].count());
    count += 1;
    sum_n += n;
    sum_t += t;
    sum_nn += n * n;
    sum_nt += n * t;
  }
  const auto profile = [&](double n) {
    return static_cast<double>(model.profile_base.count()) +
           n * static_cast<double>(model.profile_per_item.count());
  };
  double base = profile(0);
  double per_item = profile(1) - profile(0);
  if (count == 1) {
    // One size is known: keep the profile's shape, or assume that items add up.
    const double known = profile(sum_n);
    base = known > 0 ? base * sum_t / known : 0;
    per_item = known > 0 ? per_item * sum_t / known : sum_t / sum_n;
  } else if (count > 1) {
    per_item = std::max(0.0, (count * sum_nt - sum_n * sum_t) / (count * sum_nn - sum_n * sum_n));
    base = (sum_t - per_item * sum_n) / count;
    if (base < 0) {
      base = 0;
      per_item = sum_nt / sum_nn;
    }
  }
  for (std::size_t i = 0; i < model.windows.size(); ++i) {
    if (model.windows[i].empty()) {
      model.estimate[i] = Duration(std::llround(base + per_item * static_cast<double>(i + 1)));
    }
  }
}

}  // namespace sluice::schedule
