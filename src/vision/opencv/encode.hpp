// Images to JPEG files.
#pragma once

#include <string>

#include "base/result.hpp"
#include "vision/image.hpp"

namespace sluice::vision::opencv {

/// As Decoder::encode_jpeg.
base::Result<std::string> encode_jpeg(const Image& image, int quality);

}  // namespace sluice::vision::opencv
