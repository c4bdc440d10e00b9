// A Bluetooth device's values as samples.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "camera/feed.hpp"
#include "camera/gatt.hpp"
#include "camera/options.hpp"
#include "vision/decoder.hpp"

namespace sluice::camera {

class GattFeed final : public Feed {
 public:
  /// `decoder` (null where the payload has no image) and the clock are borrowed.
  GattFeed(std::string name, std::unique_ptr<GattLink> link, PayloadOptions payload,
           const vision::Decoder* decoder, const base::Clock& clock)
      : name_(std::move(name)),
        link_(std::move(link)),
        payload_(std::move(payload)),
        decoder_(decoder),
        clock_(clock) {}

  base::Result<std::optional<Sample>> next(base::Duration timeout) override;
  void interrupt() override { link_->interrupt(); }

 private:
  const std::string name_;
  const std::unique_ptr<GattLink> link_;
  const PayloadOptions payload_;
  const vision::Decoder* const decoder_;
  const base::Clock& clock_;
  std::uint64_t taken_ = 0;
};

}  // namespace sluice::camera
