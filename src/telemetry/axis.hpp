// Scales and round tick values of charts.
#pragma once

#include <string>
#include <vector>

namespace sluice::telemetry {

/// Maps values to positions, linearly or by logarithm.
class Scale {
 public:
  static Scale linear(double low, double high, double from, double to);
  /// `low` and `high` must be positive.
  static Scale logarithmic(double low, double high, double from, double to);

  /// Values beyond the ends go to the ends.
  [[nodiscard]] double operator()(double value) const;

 private:
  bool log_ = false;
  double low_ = 0, high_ = 1, from_ = 0, to_ = 1;
};

/// About `count` values 1, 2 or 5 times a power of ten apart, from 0 to the first one at or above
/// `high`. At least two.
[[nodiscard]] std::vector<double> nice_ticks(double high, int count);
/// The powers of ten within [low, high], with 2 and 5 times or 3 times them while that is few.
[[nodiscard]] std::vector<double> log_ticks(double low, double high);

/// "0", "0.5", "120", "1.5k", "2M".
[[nodiscard]] std::string tick_text(double value);
/// A time in milliseconds: "0.2 ms", "50 ms", "2 s".
[[nodiscard]] std::string ms_tick_text(double ms);

}  // namespace sluice::telemetry
