#include "pipeline/image_stream.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "vision/decoder.hpp"

namespace sluice::pipeline {
namespace {

using base::ErrorCode;
namespace fs = std::filesystem;

constexpr std::array<std::string_view, 8> kExtensions{".jpg", ".jpeg", ".png", ".bmp",
                                                      ".ppm", ".webp", ".tif", ".tiff"};

bool is_image(const fs::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

std::uint64_t bytes_of(const backend::Tensors& tensors) {
  std::uint64_t bytes = 0;
  for (const tensor::Tensor& tensor : tensors) bytes += tensor.data().size();
  return bytes;
}

}  // namespace

base::Result<std::vector<std::string>> list_images(const std::string& folder) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (!fs::exists(status)) {
    return base::fail(ErrorCode::not_found,
                      "{}: no such folder; set the source's path to a folder of images", folder);
  }
  if (!fs::is_directory(status)) {
    return base::fail(ErrorCode::invalid,
                      "{}: not a folder; for a single image set type: image, for a video type: "
                      "video",
                      folder);
  }
  std::vector<std::string> images;
  std::size_t others = 0;
  fs::directory_iterator it(folder, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    std::error_code ignored;
    const bool hidden = it->path().filename().string().starts_with('.');
    if (!hidden && is_image(it->path()) && it->is_regular_file(ignored)) {
      images.push_back(it->path().string());
    } else {
      ++others;
    }
  }
  if (error) {
    return base::fail(ErrorCode::io, "{}: the folder cannot be read: {}", folder, error.message());
  }
  if (images.empty()) {
    return base::fail(ErrorCode::invalid,
                      "{}: no image (jpg, jpeg, png, bmp, ppm, webp, tif, tiff) in the folder{}",
                      folder,
                      others == 0 ? ", it is empty" : fmt::format(" among {} others", others));
  }
  std::sort(images.begin(), images.end());
  return images;
}

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
