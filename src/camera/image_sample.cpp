#include "camera/image_sample.hpp"

#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace sluice::camera {
namespace {

bool is_kept(std::string_view file) {
  return file.starts_with("\xFF\xD8\xFF") || file.starts_with("\x89PNG");
}

}  // namespace

base::Result<Sample> image_sample(std::string name, base::Time captured, std::string file,
                                  const vision::Decoder& decoder) {
  auto image = decoder.decode(std::as_bytes(std::span(file)));
  if (!image) return tl::unexpected(base::with_context(name, std::move(image.error())));
  Sample sample{std::move(name), captured, std::move(*image)};
  if (is_kept(file)) sample.file = std::make_shared<const std::string>(std::move(file));
  return sample;
}

}  // namespace sluice::camera
