// What a camera or sensor gave at one moment.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "vision/image.hpp"

namespace sluice::camera {

/// Numbers of a sensor.
using Values = std::vector<float>;

struct Sample {
  std::string name;       ///< "frames/0007.png", "front#12": for people
  base::Time captured{};  ///< when the camera had it, as far as that is known
  std::variant<vision::Image, Values> data;
  /// The image file as it came, JPEG or PNG, to be kept as it is; null: it came as pixels.
  std::shared_ptr<const std::string> file{};
};

}  // namespace sluice::camera
