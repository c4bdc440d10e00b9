#include "pipeline/image_stream.hpp"

#include <algorithm>
#include <utility>

#include "vision/decoder.hpp"

namespace sluice::pipeline {
namespace {

std::uint64_t bytes_of(const backend::Tensors& tensors) {
  std::uint64_t bytes = 0;
  for (const tensor::Tensor& tensor : tensors) bytes += tensor.data().size();
  return bytes;
}

}  // namespace

ImageStream::ImageStream(std::vector<Image> images, vision::PreprocessOptions preprocess)
    : images_(std::move(images)), preprocess_(std::move(preprocess)) {}

base::Result<std::unique_ptr<ImageStream>> ImageStream::open(
    std::vector<std::string> paths, const vision::PreprocessOptions& preprocess,
    std::uint64_t cache_bytes) {
  std::vector<Image> images;
  images.reserve(paths.size());
  for (std::string& path : paths) images.push_back({std::move(path), std::nullopt});
  std::unique_ptr<ImageStream> stream(new ImageStream(std::move(images), preprocess));

  std::uint64_t kept = 0;
  bool any_good = false;
  for (Image& image : stream->images_) {
    auto inputs = stream->make_inputs(image.path);
    const std::uint64_t bytes = inputs ? bytes_of(*inputs) : 0;
    if (any_good && bytes > cache_bytes - std::min(kept, cache_bytes)) break;
    any_good = any_good || inputs.has_value();
    kept += bytes;
    image.cached = std::move(inputs);
  }
  if (!any_good) {
    base::Error error = stream->images_.front().cached->error();
    const std::size_t count = stream->images_.size();
    if (count > 1) {
      error.message =
          fmt::format("none of the {} images can be used; the first: {}", count, error.message);
    }
    return tl::unexpected(std::move(error));
  }
  return stream;
}

bool ImageStream::all_cached() const {
  return std::all_of(images_.begin(), images_.end(),
                     [](const Image& image) { return image.cached.has_value(); });
}

base::Result<std::optional<Frame>> ImageStream::next() {
  const Image& image = images_[next_];
  next_ = (next_ + 1) % images_.size();
  auto inputs = image.cached ? *image.cached : make_inputs(image.path);
  if (!inputs) return tl::unexpected(inputs.error());
  return Frame{image.path, std::move(*inputs)};
}

base::Result<backend::Tensors> ImageStream::make_inputs(const std::string& path) const {
  const auto decoder = vision::decoder();
  if (!decoder) return tl::unexpected(decoder.error());
  auto input = (*decoder)->read_image(path, preprocess_);
  if (!input) return tl::unexpected(input.error());
  return backend::Tensors{std::move(*input)};
}

}  // namespace sluice::pipeline
