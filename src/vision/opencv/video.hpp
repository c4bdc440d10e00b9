// Video files to model inputs.
#pragma once

#include <memory>
#include <string>

#include <opencv2/videoio.hpp>

#include "base/result.hpp"
#include "vision/decoder.hpp"

namespace sluice::vision::opencv {

/// Errors (invalid) name the file: not a video that this build of OpenCV reads, frames too large.
base::Result<cv::VideoCapture> open_video_file(const std::string& path);

/// Frames per second of an open capture; 0: it does not say.
double rate_of(const cv::VideoCapture& capture);

/// As Decoder::open_video.
base::Result<std::unique_ptr<Video>> open_video(const std::string& path);

}  // namespace sluice::vision::opencv
