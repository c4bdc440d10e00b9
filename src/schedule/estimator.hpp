// Predicts how long a batch takes, from what batches took. Internal to schedule/, but usable
// alone.
#pragma once

#include <vector>

#include "schedule/options.hpp"

namespace sluice::schedule {

/// A sliding window of durations kept both in order of age and of size, so that any quantile
/// is one look-up. Adding costs O(window) moves of 8 bytes.
class QuantileWindow {
 public:
  explicit QuantileWindow(std::size_t capacity);
  void add(Duration value);
  [[nodiscard]] bool empty() const { return sorted_.empty(); }
  /// Nearest rank, but never the largest of fewer than 1/(1-q) values: one outlier among few
  /// measurements must not become the prediction.
  [[nodiscard]] Duration quantile(double q) const;

 private:
  std::size_t capacity_;
  std::size_t oldest_ = 0;
  std::vector<Duration> ring_;
  std::vector<Duration> sorted_;
};

/// Learns how far callers' hints can be trusted: a running linear regression of log(actual)
/// on log(hint) with exponential forgetting. Useless hints shrink to the mean, exact ones pass
/// unchanged; inexact ones get a margin that grows with their residual error.
class HintCalibration {
 public:
  void add(Duration hint, Duration actual);
  [[nodiscard]] Duration apply(Duration hint) const;

 private:
  double count_ = 0;
  double mean_x_ = 0;
  double mean_y_ = 0;
  double var_x_ = 0;
  double var_y_ = 0;
  double cov_xy_ = 0;
};

/// Per model and batch size: the chosen quantile of the last measurements. Sizes not measured
/// yet follow an affine fit of the measured ones; before any measurement, the profile.
class Estimator {
 public:
  explicit Estimator(const SchedulerOptions& options);

  /// Predicted time of a batch of `size`; zero while nothing is known.
  [[nodiscard]] Duration batch(ModelId model, std::uint32_t size) const {
    return models_[model].estimate[size - 1];
  }
  [[nodiscard]] Duration calibrated(ModelId model, Duration hint) const {
    return models_[model].calibration.apply(hint);
  }
  void add(ModelId model, std::uint32_t size, Duration measured);
  /// `hint` is the prediction the callers' hints gave for the whole batch.
  void add_hint(ModelId model, Duration hint, Duration measured) {
    models_[model].calibration.add(hint, measured);
  }

 private:
  struct Model {
    Duration profile_base{0};
    Duration profile_per_item{0};
    std::vector<QuantileWindow> windows;  // by size - 1
    std::vector<Duration> estimate;       // by size - 1
    HintCalibration calibration;
  };
  void refit(Model& model) const;

  double quantile_;
  std::vector<Model> models_;
};

}  // namespace sluice::schedule
