// A video file as frames.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "pipeline/frame_stream.hpp"
#include "vision/decoder.hpp"

namespace sluice::pipeline {

/// Plays once, from the first frame to the last that can be decoded.
class VideoStream final : public FrameStream {
 public:
  /// Errors: no such file, not a video that this build of OpenCV reads, no frame in it, frames
  /// that are too large or do not fit the pre-processing.
  static base::Result<std::unique_ptr<VideoStream>> open(
      const std::string& path, const vision::PreprocessOptions& preprocess);

  base::Result<std::optional<Frame>> next() override;
  /// The file's own frames per second; 0: it does not say.
  [[nodiscard]] double rate() const { return video_->rate(); }

 private:
  VideoStream(std::string path, vision::PreprocessOptions preprocess,
              std::unique_ptr<vision::Video> video);
  /// Decodes and pre-processes one frame; nullopt: the end.
  base::Result<std::optional<Frame>> read();

  std::string path_;
  vision::PreprocessOptions preprocess_;
  std::unique_ptr<vision::Video> video_;
  std::uint64_t count_ = 0;
  /// The first frame, decoded by open() to see that it can be.
  std::optional<Frame> first_;
};

}  // namespace sluice::pipeline
