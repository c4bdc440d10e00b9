// Image files as frames: sorted, cycled, and ready before they are due as far as memory allows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/frame_stream.hpp"
#include "vision/preprocess_options.hpp"

namespace sluice::pipeline {

/// Endless: after the last image comes the first.
class ImageStream final : public FrameStream {
 public:
  /// Decodes and pre-processes images, in order, until `cache_bytes` of inputs are kept (one at
  /// least). What is wrong with an unreadable image is kept in its place. Error: no image can be
  /// used at all, with the reason for the first.
  static base::Result<std::unique_ptr<ImageStream>> open(
      std::vector<std::string> paths, const vision::PreprocessOptions& preprocess,
      std::uint64_t cache_bytes);

  base::Result<std::optional<Frame>> next() override;
  /// Whether next() never decodes.
  [[nodiscard]] bool all_cached() const;

 private:
  struct Image {
    std::string path;
    /// The ready inputs or why there are none; unset: to be decoded when its turn comes.
    std::optional<base::Result<backend::Tensors>> cached;
  };

  ImageStream(std::vector<Image> images, vision::PreprocessOptions preprocess);
  [[nodiscard]] base::Result<backend::Tensors> make_inputs(const std::string& path) const;

  std::vector<Image> images_;
  vision::PreprocessOptions preprocess_;
  std::size_t next_ = 0;
};

}  // namespace sluice::pipeline
