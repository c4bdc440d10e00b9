#include "station/display.hpp"

#include <utility>

#include "vision/decoder.hpp"

namespace sluice::station {
namespace {

/// Good enough to look at.
constexpr int kPreviewQuality = 80;

}  // namespace

bool Display::show(const std::string& camera, const camera::Sample& sample,
                   store::WallTime captured) {
  const std::scoped_lock lock(mutex_);
  auto& shown = shown_[camera];
  shown.sample = sample;
  shown.objects.clear();
  const CameraState before = std::exchange(shown.state, {false, {}, captured});
  return before.failed;
}

void Display::found(const std::string& camera, std::vector<vision::Object> objects) {
  const std::scoped_lock lock(mutex_);
  shown_[camera].objects = std::move(objects);
}

bool Display::failed(const std::string& camera, const std::string& error) {
  const std::scoped_lock lock(mutex_);
  auto& state = shown_[camera].state;
  state.error = error;
  return !std::exchange(state.failed, true);
}

base::Result<std::string> Display::picture(const std::string& camera, bool overlay) const {
  vision::Image image;
  std::vector<vision::Object> objects;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = shown_.find(camera);
    if (found != shown_.end()) {
      if (const auto* pixels = std::get_if<vision::Image>(&found->second.sample.data)) {
        image = *pixels;
        objects = found->second.objects;
      }
    }
  }
  if (image.empty()) {
    return base::fail(base::ErrorCode::not_found, "camera {} has given no image yet", camera);
  }
  const auto decoder = vision::decoder();
  if (!decoder) return tl::unexpected(decoder.error());
  if (overlay) {
    auto drawn = (*decoder)->draw(image, objects);
    if (!drawn) return tl::unexpected(drawn.error());
    image = std::move(*drawn);
  }
  return (*decoder)->encode_jpeg(image, kPreviewQuality);
}

CameraState Display::state(const std::string& camera) const {
  const std::scoped_lock lock(mutex_);
  const auto found = shown_.find(camera);
  return found == shown_.end() ? CameraState{} : found->second.state;
}

}  // namespace sluice::station
