// The frames of a camera, stream or video file.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "camera/feed.hpp"
#include "camera/interrupter.hpp"
#include "camera/options.hpp"
#include "vision/decoder.hpp"

namespace sluice::camera {

/// Frames of what is live: captured when they arrive. next() waits as long as the capture's own
/// timeout allows, and is not interrupted.
class CaptureFeed final : public Feed {
 public:
  /// The clock is borrowed.
  CaptureFeed(std::string name, std::unique_ptr<vision::Capture> capture, const base::Clock& clock)
      : name_(std::move(name)), capture_(std::move(capture)), clock_(clock) {}

  base::Result<std::optional<Sample>> next(base::Duration timeout) override;

 private:
  const std::string name_;
  const std::unique_ptr<vision::Capture> capture_;
  const base::Clock& clock_;
  std::uint64_t count_ = 0;
};

/// Frames of a file: captured when they are due, or asked for.
class VideoFeed final : public Feed {
 public:
  using Open = std::function<base::Result<std::unique_ptr<vision::Capture>>()>;

  /// Opens the file. The clock is borrowed. Errors: those of `open`.
  static base::Result<std::unique_ptr<VideoFeed>> start(const VideoOptions& options, Open open,
                                                        const base::Clock& clock);

  base::Result<std::optional<Sample>> next(base::Duration timeout) override;
  void interrupt() override { interrupter_.interrupt(); }

 private:
  VideoFeed(const VideoOptions& options, Open open, std::unique_ptr<vision::Capture> capture,
            const base::Clock& clock);
  /// nullopt: the end.
  base::Result<std::optional<vision::Image>> read();

  const VideoOptions options_;
  const Open open_;
  std::unique_ptr<vision::Capture> capture_;
  const base::Clock& clock_;
  Interrupter interrupter_;
  base::Duration period_{};  ///< between frames; 0: none
  std::optional<base::Time> due_;
  std::uint64_t count_ = 0;  ///< of the frames since the file's beginning
};

}  // namespace sluice::camera
