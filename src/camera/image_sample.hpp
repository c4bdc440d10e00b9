// Image files as samples.
#pragma once

#include <string>

#include "base/result.hpp"
#include "camera/sample.hpp"
#include "vision/decoder.hpp"

namespace sluice::camera {

/// The sample of an image file in memory. The file is kept if it is a JPEG or PNG. Errors
/// (invalid): as Decoder::decode().
base::Result<Sample> image_sample(std::string name, base::Time captured, std::string file,
                                  const vision::Decoder& decoder);

}  // namespace sluice::camera
