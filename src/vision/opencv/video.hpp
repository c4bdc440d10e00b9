// Video files to model inputs.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "vision/decoder.hpp"

namespace sluice::vision::opencv {

/// As Decoder::open_video.
base::Result<std::unique_ptr<Video>> open_video(const std::string& path);

}  // namespace sluice::vision::opencv
