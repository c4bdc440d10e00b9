// Where samples come from.
#pragma once

#include <optional>

#include "base/result.hpp"
#include "base/time.hpp"
#include "camera/sample.hpp"
#include "camera/statistics.hpp"

namespace sluice::camera {

/// PARAMETERS AND BEHAVIOUR
/// A camera that fails stays usable: an error loses one sample, and the next call tries again,
/// connecting anew where that is needed, no sooner than its back-off allows.
///
/// THREADS: one thread calls next(); interrupt() and statistics() may be called on any.
class Camera {
 public:
  virtual ~Camera() = default;

  /// The next sample: for a folder its next image, at once; for a live camera the next one that
  /// was captured after the call before. Blocks, at most for `timeout`. nullopt: there are no more
  /// (a video that has ended, and is not repeated). Errors: unavailable (not connected, nothing in
  /// time, interrupted); invalid (this sample is broken).
  virtual base::Result<std::optional<Sample>> next(base::Duration timeout) = 0;

  /// Ends the call of next() that waits, and all later ones, with an error.
  virtual void interrupt() = 0;

  /// Zeros from a camera that does not count.
  [[nodiscard]] virtual Statistics statistics() const { return {}; }
};

}  // namespace sluice::camera
