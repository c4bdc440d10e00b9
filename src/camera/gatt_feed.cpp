#include "camera/gatt_feed.hpp"

#include "camera/payload.hpp"

namespace sluice::camera {

base::Result<std::optional<Sample>> GattFeed::next(base::Duration timeout) {
  auto value = link_->next(timeout);
  if (!value) return tl::unexpected(std::move(value.error()));
  if (!*value) return std::nullopt;
  auto sample = payload_sample(fmt::format("{}#{}", name_, taken_++), clock_.now(), **value,
                               payload_, decoder_);
  if (!sample) return tl::unexpected(std::move(sample.error()));
  return std::move(*sample);
}

}  // namespace sluice::camera
