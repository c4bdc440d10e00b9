// Makes a small video with the codec that OpenCV carries in itself.
#pragma once

#include <string>

#include <opencv2/videoio.hpp>

#include "doubles.hpp"

namespace sluice::pipeline {

inline int level_of_frame(int frame) {
  return 40 + 60 * frame % 200;
}

/// `frames` plain frames of 64x48 pixels (Motion JPEG in AVI).
inline std::string write_video(const Folder& folder, const std::string& name, int frames,
                               double rate) {
  cv::VideoWriter writer(folder.path(name), cv::CAP_OPENCV_MJPEG,
                         cv::VideoWriter::fourcc('M', 'J', 'P', 'G'), rate, cv::Size(64, 48));
  for (int i = 0; i < frames; ++i) {
    writer.write(cv::Mat(48, 64, CV_8UC3, cv::Scalar::all(level_of_frame(i))));
  }
  writer.release();
  return folder.path(name);
}

}  // namespace sluice::pipeline
