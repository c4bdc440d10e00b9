// When to try again what has failed.
#pragma once

#include "base/time.hpp"

namespace sluice::camera {

struct BackoffOptions {
  base::Duration first{std::chrono::milliseconds(500)};  ///< after the first failure
  base::Duration longest{std::chrono::seconds(30)};      ///< doubled up to this
};

/// A pure state machine. Not thread-safe.
class Backoff {
 public:
  explicit Backoff(BackoffOptions options) : options_(options) {}

  /// An attempt failed at `now`: the next one comes after twice the time of the last wait.
  void failed(base::Time now);
  /// The next failure is a first one again.
  void succeeded();
  /// When the next attempt may be made: at once, if it lies in the past.
  [[nodiscard]] base::Time next_attempt() const { return next_attempt_; }

 private:
  BackoffOptions options_;
  base::Duration wait_{};
  base::Time next_attempt_{};
};

}  // namespace sluice::camera
