// Results on images.
#pragma once

#include <span>

#include "base/result.hpp"
#include "vision/image.hpp"
#include "vision/object.hpp"

namespace sluice::vision::opencv {

/// As Decoder::draw.
base::Result<Image> draw(const Image& image, std::span<const Object> objects);

}  // namespace sluice::vision::opencv
