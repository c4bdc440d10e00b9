// One connection to where samples come from.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/result.hpp"
#include "base/time.hpp"
#include "camera/sample.hpp"

namespace sluice::camera {

/// THREADS: one thread calls next(); interrupt() may be called on any.
class Feed {
 public:
  virtual ~Feed() = default;

  /// The next sample; nullopt: a file has ended, or the connection. Blocks, at most for `timeout`
  /// where the source lets it. Errors: invalid (this sample is broken, the next one may be fine),
  /// unavailable (nothing in time), any other (the connection is lost).
  virtual base::Result<std::optional<Sample>> next(base::Duration timeout) = 0;

  /// Ends waiting in next() early, as far as the source lets it.
  virtual void interrupt() {}
};

using Connect = std::function<base::Result<std::unique_ptr<Feed>>()>;

}  // namespace sluice::camera
