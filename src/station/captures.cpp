#include "station/captures.hpp"

#include <future>
#include <span>
#include <utility>

#include "vision/decoder.hpp"

namespace sluice::station {

using base::ErrorCode;

Cameras::Cameras(const std::vector<CameraOptions>& options, const base::Clock& clock)
    : options_(options), clock_(clock) {
  for (const auto& one : options_) {
    slots_.push_back(std::make_unique<Slot>());
    slots_.back()->options = &one;
  }
}

base::Result<std::shared_ptr<camera::Camera>> Cameras::opened(Slot& slot) {
  {
    const std::scoped_lock lock(slot.mutex);
    if (slot.camera != nullptr) return slot.camera;
  }
  auto camera = slot.options->open();
  if (!camera) return tl::unexpected(camera.error());
  const std::scoped_lock lock(slot.mutex);
  slot.camera = std::move(*camera);
  if (interrupted_) slot.camera->interrupt();
  return slot.camera;
}

base::Result<camera::Sample> Cameras::take_one(Slot& slot, base::Time since,
                                               base::Duration timeout) {
  const auto camera = opened(slot);
  if (!camera) return tl::unexpected(camera.error());
  const auto end = base::add(clock_.now(), timeout);
  for (;;) {
    auto sample = (*camera)->next(std::max(end - clock_.now(), base::Duration{0}));
    if (!sample) return tl::unexpected(sample.error());
    if (!*sample) return base::fail(ErrorCode::unavailable, "the source has ended");
    if (!slot.options->live || (**sample).captured >= since) return std::move(**sample);
    if (clock_.now() >= end) {
      return base::fail(ErrorCode::unavailable,
                        "the camera gave no picture that was taken after the trigger");
    }
  }
}

Captured Cameras::take(base::Time since, base::Duration timeout) {
  std::vector<std::future<base::Result<camera::Sample>>> others;
  for (std::size_t i = 1; i < slots_.size(); ++i) {
    others.push_back(std::async(std::launch::async, [this, i, since, timeout] {
      return take_one(*slots_[i], since, timeout);
    }));
  }
  Captured out;
  out.emplace(slots_.front()->options->name, take_one(*slots_.front(), since, timeout));
  for (std::size_t i = 1; i < slots_.size(); ++i) {
    out.emplace(slots_[i]->options->name, others[i - 1].get());
  }
  return out;
}

void Cameras::close_live() {
  for (const auto& slot : slots_) {
    if (!slot->options->live) continue;
    const std::scoped_lock lock(slot->mutex);
    slot->camera.reset();
  }
}

void Cameras::interrupt() {
  interrupted_ = true;
  for (const auto& slot : slots_) {
    const std::scoped_lock lock(slot->mutex);
    if (slot->camera != nullptr) slot->camera->interrupt();
  }
}

base::Result<camera::Sample> sample_of(std::string name, std::string file, base::Time captured) {
  const auto decoder = vision::decoder();
  if (!decoder) return tl::unexpected(decoder.error());
  auto image = (*decoder)->decode(std::as_bytes(std::span(file)));
  if (!image) return tl::unexpected(base::with_context(name, image.error()));
  return camera::Sample{.name = std::move(name),
                        .captured = captured,
                        .data = std::move(*image),
                        .file = std::make_shared<const std::string>(std::move(file))};
}

}  // namespace sluice::station
