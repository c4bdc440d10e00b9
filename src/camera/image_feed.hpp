// The images of a folder, one after the other.
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "camera/feed.hpp"
#include "camera/options.hpp"
#include "vision/decoder.hpp"

namespace sluice::camera {

/// An image counts as captured when it is asked for.
class ImageFeed final : public Feed {
 public:
  /// `paths` are not empty; the clock and the decoder are borrowed.
  ImageFeed(std::vector<std::string> paths, const ImagesOptions& options,
            const vision::Decoder& decoder, const base::Clock& clock);

  base::Result<std::optional<Sample>> next(base::Duration timeout) override;

 private:
  void shuffle();

  std::vector<std::string> paths_;
  const bool random_;
  const bool repeat_;
  std::mt19937_64 generator_;
  const vision::Decoder& decoder_;
  const base::Clock& clock_;
  std::size_t next_ = 0;
};

}  // namespace sluice::camera
