// The frames of a source in order, without times.
#pragma once

#include <optional>

#include "base/result.hpp"
#include "pipeline/frame.hpp"

namespace sluice::pipeline {

/// Not thread-safe: one thread takes frames.
class FrameStream {
 public:
  virtual ~FrameStream() = default;
  /// The next frame; nullopt: there are no more. An error loses one frame, and the next call
  /// goes on behind it.
  virtual base::Result<std::optional<Frame>> next() = 0;
  /// Whether it is known, without waiting, that next() has nothing more.
  [[nodiscard]] virtual bool ended() const { return false; }
};

}  // namespace sluice::pipeline
