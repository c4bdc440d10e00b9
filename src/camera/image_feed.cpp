#include "camera/image_feed.hpp"

#include <fstream>
#include <iterator>
#include <utility>

#include "camera/image_sample.hpp"

namespace sluice::camera {

ImageFeed::ImageFeed(std::vector<std::string> paths, const ImagesOptions& options,
                     const vision::Decoder& decoder, const base::Clock& clock)
    : paths_(std::move(paths)),
      random_(options.order == ImagesOptions::Order::random),
      repeat_(options.repeat),
      generator_(options.seed),
      decoder_(decoder),
      clock_(clock) {
  if (random_) shuffle();
}

// Fisher and Yates. std::shuffle gives another order with another standard library.
void ImageFeed::shuffle() {
  for (std::size_t left = paths_.size(); left > 1; --left) {
    std::swap(paths_[left - 1], paths_[generator_() % left]);
  }
}

base::Result<std::optional<Sample>> ImageFeed::next(base::Duration) {
  if (next_ == paths_.size()) {
    if (!repeat_) return std::nullopt;
    next_ = 0;
    if (random_) shuffle();
  }
  const std::string& path = paths_[next_++];
  const base::Time captured = clock_.now();
  std::ifstream in(path, std::ios::binary);
  std::string file{std::istreambuf_iterator<char>(in), {}};
  if (!in) return base::fail(base::ErrorCode::invalid, "{}: the file cannot be read", path);
  auto sample = image_sample(path, captured, std::move(file), decoder_);
  if (!sample) return tl::unexpected(std::move(sample.error()));
  return std::move(*sample);
}

}  // namespace sluice::camera
