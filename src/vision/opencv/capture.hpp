// Cameras, streams and video files as images.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "vision/decoder.hpp"

namespace sluice::vision::opencv {

/// As Decoder::open_capture.
base::Result<std::unique_ptr<Capture>> open_capture(const CaptureOptions& options);

}  // namespace sluice::vision::opencv
